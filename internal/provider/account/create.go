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
	// defaultCreateTimeout is how long a creation waits for a reserved name.
	defaultCreateTimeout = 5 * time.Minute
	// firstWait and longestWait are the shortest and the longest time between two attempts to
	// create an object with a reserved name.
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
	// Call makes the call that creates the user or the organization.
	Call func(ctx context.Context) error
	// LogKind is the kind of the entry that Quay logs after the creation. LogName is the key
	// of the name in the entry's metadata.
	LogKind, LogName string
}

// Create makes the call, and waits for a reserved name. If the outcome of the call is unknown,
// it looks in Quay's log. recovered tells that Quay has carried out the call although the
// response was lost. Create never takes over an object that somebody else created.
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

// resolveOutcome finds out whether Quay has carried out a call with an unknown outcome. Only
// Quay's log tells who created the object, because the object may have existed before.
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
