package envelope

import (
	"context"
	"time"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
)

// cleanupTime is how long the provider may still call Quay after Terraform was told to
// stop, to find out what became of a call or to undo one.
const cleanupTime = 3 * time.Second

// OutcomeUnknown tells whether an error leaves open if a call was carried out, and
// returns a context to find out with. Where Terraform was told to stop, that
// context lasts a little longer, so that nothing is left behind unknown.
func OutcomeUnknown(ctx context.Context, err error) (checkCtx context.Context, cancel context.CancelFunc, unknown bool) {
	if !client.OutcomeUnknown(err) {
		return ctx, func() {}, false
	}
	checkCtx, cancel = CleanupContext(ctx)
	return checkCtx, cancel, true
}

// CleanupContext returns a context for what has to be done after a call failed. Where
// Terraform was told to stop, it lasts a little longer than ctx.
func CleanupContext(ctx context.Context) (context.Context, context.CancelFunc) {
	if ctx.Err() == nil {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(context.WithoutCancel(ctx), cleanupTime)
}
