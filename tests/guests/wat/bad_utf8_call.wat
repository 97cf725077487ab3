  ;; Logs a line that is not UTF-8. The host must not take it, and answer with the guest's 500.
  (data (i32.const 128) "\ff\fe\c0\80")
  (func $handle (param i32) (result i32)
    (call $log (i32.const 1) (i32.const 128) (i32.const 4))
    (i32.const 512))
