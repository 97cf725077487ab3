  ;; Answers with 8 million headers that are all the same 16 bytes of its memory, so that lifting them costs
  ;; the host far more than it costs the guest. The host must refuse, with the guest's 500, and its memory
  ;; must stay as it was.
  (func $handle (param i32) (result i32)
    (local $at i32)
    (local $end i32)
    (drop (memory.grow (i32.const 2100)))
    (local.set $at (i32.const 131072))
    (local.set $end (i32.add (local.get $at) (i32.const 128000000)))
    (loop $next
      (i32.store offset=0 (local.get $at) (i32.const 128))
      (i32.store offset=4 (local.get $at) (i32.const 7))
      (i32.store offset=8 (local.get $at) (i32.const 128))
      (i32.store offset=12 (local.get $at) (i32.const 7))
      (local.set $at (i32.add (local.get $at) (i32.const 16)))
      (br_if $next (i32.lt_u (local.get $at) (local.get $end))))
    (i32.store16 (i32.const 200) (i32.const 200))
    (i32.store (i32.const 204) (i32.const 131072))
    (i32.store (i32.const 208) (i32.const 8000000))
    (i32.const 200))
  (data (i32.const 128) "x-bytes")
