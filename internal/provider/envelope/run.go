package envelope

import (
	"context"
	"fmt"
	"hash/maphash"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
)

// Run is one plan or one apply of a configured provider. It has the client, and the records
// that all types share. Terraform configures the provider anew for each plan and for each
// apply.
//
// Terraform does not tell the provider the addresses of resources. Two resources can manage
// one object of Quay, mostly because a resource got a new address without a moved block. Quay
// accepts that: setting a permission overwrites an existing one, and deleting it needs no
// confirmation. So the run records which objects Terraform has planned and written.
type Run struct {
	client   *client.Client
	renaming sync.RWMutex // locked for writing during a rename of an organization

	checking sync.Mutex
	free     map[string]bool // whether nobody has taken a former name of an organization

	mu      sync.Mutex
	applies bool              // the run has written an object
	renamed map[string]string // the new name of an organization by its old name
	moves   map[move]string   // an object that a plan moves to another organization
	objects map[objectKey]*objectRecord
	wholes  map[string]*wholeRecord // by name
	told    map[string]bool         // the remedies that an error has shown
}

// NewRun returns the run of a provider that was just configured.
func NewRun(c *client.Client) *Run {
	return &Run{
		client: c, free: map[string]bool{}, renamed: map[string]string{}, moves: map[move]string{}, objects: map[objectKey]*objectRecord{}, wholes: map[string]*wholeRecord{}, told: map[string]bool{},
	}
}

// objectKey identifies an object of Quay by its kind and its identity.
type objectKey struct{ kind, id string }

// objectRecord is the record of an object in a run.
type objectRecord struct {
	writing chan struct{} // held during a write; created by the first writer
	written string        // the last confirmed write: "created" or "updated"

	// Numbers of plans that keep the object, create it, and destroy it.
	kept, created, destroyed int
	config                   uint64 // of the plan that keeps it
}

// of returns the record of an object. The caller holds the lock.
func (r *Run) of(key objectKey) *objectRecord {
	record := r.objects[key]
	if record == nil {
		record = &objectRecord{}
		r.objects[key] = record
	}
	return record
}

// lock waits until no other call writes the object. The caller calls unlock after its own
// write. With an empty key, lock does not wait.
func (r *Run) lock(ctx context.Context, key objectKey) (unlock func(), err error) {
	if key.id == "" {
		return func() {}, nil
	}
	r.mu.Lock()
	record := r.of(key)
	if record.writing == nil {
		record.writing = make(chan struct{}, 1)
	}
	r.mu.Unlock()
	select {
	case record.writing <- struct{}{}:
		return func() { <-record.writing }, nil
	case <-ctx.Done():
		return nil, fmt.Errorf("stopped while another change of the same object was under way: %w", ctx.Err())
	}
}

// wrote records that Quay has confirmed a write.
func (r *Run) wrote(key objectKey, how string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.applies = true
	if key.id != "" {
		r.of(key).written = how
	}
}

// plans tells whether the run can still be a plan. An apply also plans each object again
// before it writes the object.
func (r *Run) plans() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return !r.applies
}

// writtenAs returns "created" or "updated" if the run has written the object, and otherwise an
// empty text.
func (r *Run) writtenAs(key objectKey) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	if record := r.objects[key]; record != nil {
		return record.written
	}
	return ""
}

// planKind is what a plan does with an object.
type planKind int

const (
	planKeep planKind = iota
	planCreate
	planDestroy
)

var configSeed = maphash.MakeSeed()

// planned records a plan. It returns a warning if a second address manages the same object.
func (r *Run) planned(key objectKey, kind planKind, config tftypes.Value, noun string) diag.Diagnostics {
	if key.id == "" {
		return nil
	}
	var hash uint64
	if kind != planDestroy {
		hash = maphash.String(configSeed, config.String())
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	record := r.of(key)
	twice := false
	switch kind {
	case planKeep:
		twice = record.kept+record.created > 0
		record.kept++
		record.config = hash
	case planCreate:
		// To replace an object, Terraform plans it twice with the same configuration: as an
		// update and as a creation.
		replaced := record.kept == 1 && record.config == hash
		twice = record.kept+record.created > 0 && !replaced
		record.created++
	case planDestroy:
		record.destroyed++
	}
	switch {
	case record.destroyed > 0 && record.kept+record.created > 0:
		return diag.Diagnostics{diag.NewWarningDiagnostic(fmt.Sprintf("Quay %s %q is destroyed and kept in one plan", noun, key.id),
			"This plan destroys the object at one address, and keeps or creates it at another address. "+movedHint)}
	case twice:
		return diag.Diagnostics{diag.NewWarningDiagnostic(fmt.Sprintf("Two resources manage Quay %s %q", noun, key.id),
			"Two resources of the configuration manage the same object of Quay. Each apply sets the values of one resource. The next plan then shows a change for the other resource. Remove one of the two from the configuration, with a removed block or \"terraform state rm\".")}
	}
	return nil
}

// wholeRecord is the record of an object that consists of other objects.
type wholeRecord struct {
	wholes []plannedWhole
	parts  []plannedPart
	told   bool // the run has warned
}

// plannedWhole is a plan for an object that consists of other objects.
type plannedWhole struct {
	noun      string
	manages   func(part string) bool
	destroyed bool
}

// plannedPart is a plan for a part of such an object.
type plannedPart struct {
	noun, name string
	destroyed  bool
}

// plannedWhole records a plan for an object that consists of other objects. It returns a
// warning if the run has also planned a part of it. It does nothing for an empty name.
func (r *Run) plannedWhole(name string, whole plannedWhole) diag.Diagnostics {
	return r.plannedIn(name, func(record *wholeRecord) { record.wholes = append(record.wholes, whole) })
}

// plannedPart records a plan for a part. It returns a warning if the run has also planned the
// whole.
func (r *Run) plannedPart(whole string, part plannedPart) diag.Diagnostics {
	if part.name == "" {
		return nil
	}
	return r.plannedIn(whole, func(record *wholeRecord) { record.parts = append(record.parts, part) })
}

func (r *Run) plannedIn(name string, note func(record *wholeRecord)) diag.Diagnostics {
	if name == "" {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	record := r.wholes[name]
	if record == nil {
		record = &wholeRecord{}
		r.wholes[name] = record
	}
	note(record)
	if record.told {
		return nil
	}
	for _, whole := range record.wholes {
		for _, part := range record.parts {
			if whole.destroyed && part.destroyed || !whole.manages(part.name) {
				continue
			}
			record.told = true
			return diag.Diagnostics{diag.NewWarningDiagnostic(fmt.Sprintf("Two resources manage Quay %s %q", whole.noun, name),
				fmt.Sprintf("One resource manages the whole, and another resource manages a part of it, the %s of %q. Each resource undoes what the other resource does. Remove one of the two resources with a removed block that has destroy = false, or with \"terraform state rm\".", part.noun, part.name))}
		}
	}
	return nil
}

const movedHint = "If a resource got a new address, add a moved block, so that Terraform keeps the object:\n\n" +
	"moved {\n  from = quay_type.old_name\n  to   = quay_type.new_name\n}\n\n" +
	"If an interrupted apply left an old object behind, remove it from the state with \"terraform state rm\"."

// firstTime tells whether no error of the run has shown a remedy yet.
func (r *Run) firstTime(remedy string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.told[remedy] {
		return false
	}
	r.told[remedy] = true
	return true
}
