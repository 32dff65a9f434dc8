# Doxygen reads <J_z> in a comment as HTML: in comments, angle brackets are brackets.
/\/\/\//{
  s#///<#\x01#
  :again
  s#(///|\x01)(.*)<#\1\2\&lt;#
  t again
  :more
  s#(///|\x01)(.*[^-])>#\1\2\&gt;#
  t more
  s#\x01#///<#
}
