  ;; Logs a line of 4 GiB - 1 that begins at 1: the sum overflows 32 bits. The host must not read there, and
  ;; answer with the guest's 500.
  (func $handle (param i32) (result i32)
    (call $log (i32.const 1) (i32.const 1) (i32.const -1))
    (i32.const 512))
