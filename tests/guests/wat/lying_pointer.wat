  ;; Says that its answer lies outside its memory. The host must not read there, and answer with the guest's
  ;; 500.
  (func $handle (param i32) (result i32) (i32.const 0x7ffffff0))
