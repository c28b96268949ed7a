package envelope

import (
	"context"
	"errors"
	"slices"
)

// SecretCreation is the creation of an object whose secret Quay shows once, in the response.
// If the response is lost, nobody knows the secret. The provider then finds the new object,
// revokes it, and creates another object. T is an object as Quay lists it. S is the response
// with the secret.
type SecretCreation[T, S any] struct {
	// Key identifies the list of the objects, as in [UniqueCreation].
	Key any
	// List returns the objects, without their secrets.
	List func(ctx context.Context) ([]T, error)
	// ID returns the id of an object.
	ID func(object T) string
	// IsLike tells whether an object can be the wanted one.
	IsLike func(object T) bool
	// Call creates the object.
	Call func(ctx context.Context) (S, error)
	// Done, if not nil, completes the object. It gets the objects that Quay listed before the
	// creation. No other creation with the key runs at the same time.
	Done func(ctx context.Context, created S, before []T) error
	// Revoke revokes an object.
	Revoke func(ctx context.Context, object T) error

	// Unlisted is shown if the outcome of a call is unknown and the provider cannot read the
	// list. Several is shown if the list has several new objects. Both tell the user what to
	// do.
	Unlisted string
	Several  func(n int) string
}

// Create creates the object. It returns the error of the last call unchanged.
func (s SecretCreation[T, S]) Create(ctx context.Context) (created S, err error) {
	defer lockCreation(s.Key)()
	before, err := s.List(ctx)
	if err != nil {
		return created, err
	}
	for attempt := 1; ; attempt++ {
		if created, err = s.Call(ctx); err == nil {
			break
		}
		revoked, revokeErr := s.revokeLost(ctx, before, err)
		if revokeErr != nil {
			return created, revokeErr
		}
		if !revoked || attempt == 2 || ctx.Err() != nil {
			return created, err
		}
	}
	if s.Done == nil {
		return created, nil
	}
	return created, s.Done(ctx, created, before)
}

// Added returns the objects like the wanted one that are only in the list after the creation.
func (s SecretCreation[T, S]) Added(before, after []T) []T {
	return slices.DeleteFunc(slices.Clone(after), func(object T) bool {
		return !s.IsLike(object) || slices.ContainsFunc(before, func(old T) bool { return s.ID(old) == s.ID(object) })
	})
}

// revokeLost revokes the object that a failed call may have created.
func (s SecretCreation[T, S]) revokeLost(ctx context.Context, before []T, callErr error) (revoked bool, err error) {
	ctx, cancel, unknown := OutcomeUnknown(ctx, callErr)
	defer cancel()
	if !unknown {
		return false, nil
	}
	after, err := s.List(ctx)
	if err != nil {
		return false, WithDetail("", s.Unlisted, errors.Join(callErr, err))
	}
	switch added := s.Added(before, after); len(added) {
	case 0:
		return false, nil
	case 1:
		return true, s.Revoke(ctx, added[0])
	default:
		return false, WithDetail("", s.Several(len(added)), callErr)
	}
}

// Revoke makes a call that deletes an object which is in no state, so no later run would
// delete it. If the response is lost, or somebody stops Terraform, Revoke makes the call once
// more.
func Revoke(ctx context.Context, call func(ctx context.Context) error) error {
	err := call(ctx)
	checkCtx, cancel, unknown := OutcomeUnknown(ctx, err)
	defer cancel()
	if unknown {
		err = call(checkCtx)
	}
	return err
}
