  ;; Grows its table until it may not, then traps. The host must refuse growth at the limit
  ;; `table_elements`, answer with the guest's own 500, and hold no memory for it afterwards.
  (table $bomb 1 funcref)
  (func $handle (param i32) (result i32)
    (loop $again
      (br_if $again
        (i32.ne (table.grow $bomb (ref.null func) (i32.const 10000)) (i32.const -1))))
    unreachable)
