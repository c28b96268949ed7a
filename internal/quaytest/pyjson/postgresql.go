package pyjson

import "fmt"

// ValueTooLong returns PostgreSQL's error message for a value that does not fit
// into a column of type varchar(length).
func ValueTooLong(length int) string {
	return fmt.Sprintf("value too long for type character varying(%d)\n", length)
}

// DuplicateKey returns PostgreSQL's error message for a second row with the same
// value in a column that has a unique constraint.
func DuplicateKey(constraint, column, value string) string {
	return fmt.Sprintf("duplicate key value violates unique constraint %q\nDETAIL:  Key (%s)=(%s) already exists.\n",
		constraint, column, value)
}
