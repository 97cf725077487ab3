  ;; Answers with a header whose value is not UTF-8. The host must refuse the answer, with the guest's 500.
  (data (i32.const 128) "x-bytes\ff\fe\c0\80")
  (data (i32.const 160) "\80\00\00\00\07\00\00\00\87\00\00\00\04\00\00\00")
  (data (i32.const 200) "\c8\00\00\00\a0\00\00\00\01\00\00\00")
  (func $handle (param i32) (result i32) (i32.const 200))
