package envelope

import (
	"context"
	"time"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
)

// cleanupTime is how long the provider may call Quay after somebody stops Terraform. The
// provider needs this time to find out the outcome of a call or to undo the call.
const cleanupTime = 3 * time.Second

// OutcomeUnknown tells whether Quay may have carried out a call in spite of the error. It
// returns a context for the calls that find out. If somebody stops Terraform, this context
// lasts three seconds longer, so that the provider leaves no unknown object behind.
func OutcomeUnknown(ctx context.Context, err error) (checkCtx context.Context, cancel context.CancelFunc, unknown bool) {
	if !client.OutcomeUnknown(err) {
		return ctx, func() {}, false
	}
	checkCtx, cancel = CleanupContext(ctx)
	return checkCtx, cancel, true
}

// CleanupContext returns a context for the calls that clean up after a failed call. If
// somebody stops Terraform, it lasts three seconds longer than ctx.
func CleanupContext(ctx context.Context) (context.Context, context.CancelFunc) {
	if ctx.Err() == nil {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(context.WithoutCancel(ctx), cleanupTime)
}
