//! Model to cells, key to message. No IO.
