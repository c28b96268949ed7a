package envelope

import (
	"context"
	"time"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
)

// grace is how long is looked for what a call has done after Terraform was told
// to stop.
const grace = time.Second

// Undecided tells whether an error leaves open if a call was carried out, and
// returns a context to find out with. Where Terraform was told to stop, that
// context lasts a moment longer, so that nothing is left behind unknown.
func Undecided(ctx context.Context, err error) (looking context.Context, cancel context.CancelFunc, undecided bool) {
	if !client.Undecided(err) {
		return ctx, func() {}, false
	}
	if ctx.Err() == nil {
		return ctx, func() {}, true
	}
	looking, cancel = context.WithTimeout(context.WithoutCancel(ctx), grace)
	return looking, cancel, true
}
