package provider_test

import (
	"context"
	"runtime"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider"
)

// The provider releases the context of a call when the call ends, because Terraform makes
// thousands of calls to one provider.
func TestCallsKeepNothing(t *testing.T) { //nolint:paralleltest // measures the memory of the process
	const calls, weight = 200, 1 << 20
	server := provider.NewServer("test")()
	type key struct{}
	memory := func() int64 { // signed: there may be less afterwards
		runtime.GC()
		var stats runtime.MemStats
		runtime.ReadMemStats(&stats)
		return int64(stats.HeapAlloc)
	}
	before := memory()
	for range calls {
		ctx, cancel := context.WithCancel(context.WithValue(t.Context(), key{}, make([]byte, weight)))
		_, err := server.UpgradeResourceState(ctx, &tfprotov6.UpgradeResourceStateRequest{
			TypeName: "quay_user",
			RawState: &tfprotov6.RawState{JSON: []byte(`{"username": "alice"}`)},
		})
		cancel()
		if err != nil {
			t.Fatal(err)
		}
	}
	if kept := memory() - before; kept > calls*weight/10 {
		t.Errorf("%d MB are kept", kept>>20)
	}
	runtime.KeepAlive(server)
}
