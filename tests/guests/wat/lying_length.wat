  ;; Answers with a body that begins in its memory and ends 3 GiB behind it. The host must not read there,
  ;; and answer with the guest's 500.
  (data (i32.const 200) "\c8\00\00\00\00\00\00\00\00\00\00\00\01\00\00\00\00\04\00\00\00\00\00\c0")
  (func $handle (param i32) (result i32) (i32.const 200))
