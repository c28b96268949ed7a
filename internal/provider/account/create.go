package account

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

const (
	// defaultCreateTimeout is how long a held name is waited for.
	defaultCreateTimeout = 5 * time.Minute
	// firstWait and longestWait are the shortest and the longest time between
	// two attempts to take a name that is held.
	firstWait   = time.Second
	longestWait = 15 * time.Second
)

// CreateTimeout is the attribute timeouts of a "user" or an "organization".
func CreateTimeout(noun string) schema.Attribute {
	return envelope.CreateTimeout("Time to wait for a name that Quay reserves, such as `90s` or `10m`. Quay reserves the name of " + noun + " after a deletion, until its " +
		"garbage collection. Defaults to `5m`.")
}

// Creation is a user or an organization to create.
type Creation struct {
	Noun string // "user", "organization"
	Name string
	// Call makes the call that creates it.
	Call func(ctx context.Context) error
	// LogKind and LogName tell the entry that Quay logs when it has created
	// it: its kind, and where its metadata holds the name.
	LogKind, LogName string
}

// Create makes the call, and waits for a name that is held. Where it stays open
// whether the call was carried out, it looks: recovered tells that it was, though
// its answer was lost. What somebody else made is never taken over.
func (n Creation) Create(ctx context.Context, c *client.Client, limits timeouts.Value) (recovered bool, err error) {
	limit, err := envelope.CreateTimeoutOrDefault(ctx, limits, defaultCreateTimeout)
	if err != nil {
		return false, err
	}
	deadline := time.Now().Add(limit)
	for wait := firstWait; ; wait = min(2*wait, longestWait) {
		began := time.Now()
		err := n.Call(ctx)
		if !errors.Is(err, client.NameReserved) {
			return n.resolveOutcome(ctx, c, began, err)
		}
		if time.Until(deadline) < wait {
			return false, err
		}
		tflog.Info(ctx, "waiting: Quay reserves the name until its next garbage collection", map[string]any{
			"noun": n.Noun, "name": n.Name, "again_in": wait.String(), "until": deadline.Format(time.RFC3339),
		})
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return false, fmt.Errorf("cancelled while waiting for the name %q, which Quay reserves: %w", n.Name, ctx.Err())
		}
	}
}

// resolveOutcome finds out whether a call was carried out that got no good answer.
// Only Quay's log tells who made what: an object of the name may have been there
// before.
func (n Creation) resolveOutcome(ctx context.Context, c *client.Client, began time.Time, err error) (recovered bool, _ error) {
	fields := map[string]any{"noun": n.Noun, "name": n.Name}
	if client.CarriedOut(err) {
		tflog.Warn(ctx, "Quay created the object, but also reports an error: "+err.Error(), fields)
		return true, nil
	}
	checkCtx, cancel, unknown := envelope.OutcomeUnknown(ctx, err)
	defer cancel()
	if !unknown {
		return false, err
	}
	made, logErr := c.LoggedSince(checkCtx, began, func(entry client.LogEntry) bool {
		return entry.Kind == n.LogKind && entry.MetadataText(n.LogName) == n.Name
	})
	if logErr != nil {
		return false, envelope.WithDetail("", fmt.Sprintf("It is not known whether Quay has created the %[1]s: Quay's response was lost, and the usage log does not show the creation. If the %[1]s does "+
			"not exist, apply again. If it exists, and nobody else created it, import it.", n.Noun), errors.Join(err, logErr))
	}
	if made {
		tflog.Warn(ctx, "Quay's response to the creation was lost: the provider found the new object, and manages it", fields)
		return true, nil
	}
	return false, err
}
