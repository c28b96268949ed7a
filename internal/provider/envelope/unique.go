package envelope

import (
	"context"
	"errors"
	"fmt"
	"sync"
)

// UniqueCreation is the creation of an object whose id Quay chooses. Quay accepts a second
// equal object. So the provider first looks for an object like the wanted one. If the outcome
// of the call is unknown, it looks again: such an object tells that Quay has created it.
type UniqueCreation[T any] struct {
	// Noun is the name of the object in messages: "default permission".
	Noun string
	// Key is equal for objects that are like each other. It is comparable, and its type
	// belongs to the area. Creations with equal keys wait for each other.
	Key any
	// Find returns the objects like the wanted one.
	Find func(ctx context.Context) ([]T, error)
	// Call creates the object. It returns nil if Quay's response lacks the id.
	Call func(ctx context.Context) (*T, error)
}

// creations holds a mutex for each key.
var creations sync.Map

// lockCreation waits for other creations with the key. The caller calls unlock after its own
// creation.
func lockCreation(key any) (unlock func()) {
	mutex, _ := creations.LoadOrStore(key, &sync.Mutex{})
	mutex.(*sync.Mutex).Lock()
	return mutex.(*sync.Mutex).Unlock
}

// Create creates the object. If there is an object like it, Create returns that object as
// existing instead.
func (u UniqueCreation[T]) Create(ctx context.Context) (created, existing *T, err error) {
	defer lockCreation(u.Key)()
	found, err := u.Find(ctx)
	if err != nil {
		return nil, nil, err
	}
	if len(found) > 0 {
		return nil, &found[0], nil
	}
	created, err = u.Call(ctx)
	checkCtx, cancel, unknown := OutcomeUnknown(ctx, err)
	defer func() { cancel() }()
	if err == nil && created == nil {
		checkCtx, cancel = CleanupContext(ctx)
	} else if !unknown {
		return created, nil, err
	}
	found, findErr := u.Find(checkCtx)
	switch {
	case len(found) == 1:
		return &found[0], nil, nil
	case len(found) > 1:
		return nil, nil, WithDetail("", fmt.Sprintf("During the creation, %d objects like this %s have appeared. Delete all but one of them, and import that one.",
			len(found), u.Noun), err)
	case findErr != nil && err == nil:
		return nil, nil, WithDetail("", fmt.Sprintf("Quay has created the %s, but the provider could not read its id. The next plan looks for it.", u.Noun), findErr)
	case findErr != nil:
		return nil, nil, WithDetail("", fmt.Sprintf("It is not known whether Quay has created the %s. If Quay has, the next apply shows how to import it.", u.Noun),
			errors.Join(err, findErr))
	case err == nil:
		return nil, nil, WithDetail("", fmt.Sprintf("Quay says that it has created the %s, but does not list it. Plan again.", u.Noun), nil)
	}
	return nil, nil, err
}
