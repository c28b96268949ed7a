package logs

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-quay/terraform-provider-quay/internal/client"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/account"
	"github.com/terraform-provider-quay/terraform-provider-quay/internal/provider/envelope"
)

const (
	defaultMaxEntries = 1000

	day = 24 * time.Hour
)

// logsModel is a quay_logs.
type logsModel struct {
	Start      types.String `tfsdk:"start"`
	End        types.String `tfsdk:"end"`
	Kinds      []string     `tfsdk:"kinds"`
	Performer  types.String `tfsdk:"performer"`
	Namespace  types.String `tfsdk:"namespace"`
	MaxEntries types.Int64  `tfsdk:"max_entries"`
	Entries    []entryModel `tfsdk:"entries"`
	Truncated  types.Bool   `tfsdk:"truncated"`
}

// entryModel is an entry of the logs.
type entryModel struct {
	Kind         types.String      `tfsdk:"kind"`
	DateTime     timetypes.RFC3339 `tfsdk:"datetime"`
	IP           types.String      `tfsdk:"ip"`
	Performer    types.String      `tfsdk:"performer"`
	Namespace    types.String      `tfsdk:"namespace"`
	MetadataJSON types.String      `tfsdk:"metadata_json"`
}

// newLogsDataSource returns the data source quay_logs.
func newLogsDataSource() datasource.DataSource {
	return envelope.NewDataSource(envelope.DataSourceDeclaration[logsModel]{
		Name: "logs",
		Noun: "logs",
		Schema: schema.Schema{
			MarkdownDescription: "Reads entries of the usage logs of the whole registry, the newest first.\n\nQuay returns whole days (UTC), 20 entries a call, and the provider picks the entries. The filters do not reduce the number of calls. Keep the " +
				"time between `start` and `end` short.",
			Attributes: map[string]schema.Attribute{
				"start": schema.StringAttribute{
					Optional: true,
					MarkdownDescription: "Time of the first entries: a date and time (RFC 3339) such as `2026-11-23T08:00:00Z`, or a date such as `2026-11-23`. A date is the beginning " +
						"of the day in UTC. Defaults to 24 hours before `end`.",
					Validators: []validator.String{envelope.Text(checkTime)},
				},
				"end": schema.StringAttribute{
					Optional:            true,
					MarkdownDescription: "Time after the last entries, in the same form. A date is the end of the day in UTC. Defaults to the current time.",
					Validators:          []validator.String{envelope.Text(checkTime)},
				},
				"kinds": schema.SetAttribute{
					ElementType:         types.StringType,
					Optional:            true,
					MarkdownDescription: "Kinds of the entries to read, such as `org_create` or `user_delete`. Defaults to all kinds.",
					Validators: []validator.Set{
						setvalidator.SizeAtLeast(1),
						setvalidator.NoNullValues(),
						setvalidator.ValueStringsAre(envelope.NotEmpty()),
					},
				},
				"performer": schema.StringAttribute{
					Optional:            true,
					MarkdownDescription: "Name of the user or robot account whose entries to read. Defaults to all.",
					Validators:          account.GranteeReference(),
				},
				"namespace": schema.StringAttribute{
					Optional: true,
					MarkdownDescription: "Name of the user or organization whose namespace to read. The provider reads the log of this namespace if the token may read it. Otherwise " +
						"the provider reads the log of the whole registry. Defaults to all namespaces.",
					Validators: account.Reference(),
				},
				"max_entries": schema.Int64Attribute{
					Optional: true,
					MarkdownDescription: fmt.Sprintf("Maximum number of entries, 1 or more. Terraform reads the newest and then stops: `truncated` is true, "+
						"and Terraform shows a warning. Defaults to `%d`.", defaultMaxEntries),
					Validators: []validator.Int64{envelope.AtLeast(1)},
				},
				"entries": schema.ListNestedAttribute{
					Computed:            true,
					MarkdownDescription: "Entries, the newest first.",
					NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
						"kind": schema.StringAttribute{
							Computed:            true,
							MarkdownDescription: "Kind of the entry, such as `org_create`.",
						},
						"datetime": schema.StringAttribute{
							CustomType:          timetypes.RFC3339Type{},
							Computed:            true,
							MarkdownDescription: "Time of the entry (RFC 3339, UTC, whole seconds).",
						},
						"ip": schema.StringAttribute{
							Computed:            true,
							MarkdownDescription: "IP address of the request. Null if Quay did not note it.",
						},
						"performer": schema.StringAttribute{
							Computed:            true,
							MarkdownDescription: "Name of the user or robot account who made the request. Null for an anonymous request.",
						},
						"namespace": schema.StringAttribute{
							Computed:            true,
							MarkdownDescription: "Name of the user or organization in whose namespace it happened. Null if there is none.",
						},
						"metadata_json": schema.StringAttribute{
							Computed:            true,
							MarkdownDescription: "Details that Quay notes with an entry of this kind, as JSON for `jsondecode`.",
						},
					}},
				},
				"truncated": schema.BoolAttribute{
					Computed:            true,
					MarkdownDescription: "Whether Terraform stopped reading at `max_entries`, with more of the log to look at.",
				},
			},
		},
		Read: readLogs,
		Warn: warnTruncated,
	})
}

func readLogs(ctx context.Context, c *client.Client, m *logsModel) error {
	start, end, err := m.window(time.Now())
	if err != nil {
		return err
	}
	m.Entries, m.Truncated = []entryModel{}, types.BoolValue(false)
	beyond := 0                                                 // number of entries read after the last returned entry
	for entry, err := range m.log(ctx, c, start, end.Add(-1)) { // an end at midnight does not include its day
		if err != nil {
			return err
		}
		if entry.DateTime.Before(start) {
			return nil // all further entries are older
		}
		full, wanted := len(m.Entries) == m.maxEntries(), entry.DateTime.Before(end) && m.wants(entry)
		if full {
			beyond++
		}
		switch {
		case full && (wanted || beyond > lookBeyond):
			m.Truncated = types.BoolValue(true)
			return nil
		case full || !wanted:
			continue
		}
		m.Entries = append(m.Entries, entryModel{
			Kind:         types.StringValue(entry.Kind),
			DateTime:     timetypes.NewRFC3339TimeValue(entry.DateTime.Time),
			IP:           envelope.TextOrNull(entry.IP),
			Performer:    envelope.TextOrNull(name(entry.Performer)),
			Namespace:    envelope.TextOrNull(name(entry.Namespace)),
			MetadataJSON: envelope.TextOrNull(string(entry.Metadata)),
		})
	}
	return nil
}

// lookBeyond is how many entries the provider reads to find a match after max_entries: one
// page.
const lookBeyond = 20

// log yields the entries of a usage log. It reads a namespace's log if the token may read it,
// because the registry's log can be much longer. Only the registry's log has entries of a
// deleted namespace.
func (m *logsModel) log(ctx context.Context, c *client.Client, start, end time.Time) iter.Seq2[client.LogEntry, error] {
	if m.Namespace.IsNull() {
		return c.ListLogs(ctx, start, end)
	}
	return func(yield func(client.LogEntry, error) bool) {
		namespace, begun := m.Namespace.ValueString(), false
		for entry, err := range c.ListOrganizationLogs(ctx, namespace, start, end) {
			if !begun && (errors.Is(err, client.Denied) || errors.Is(err, client.NotFound) || errors.Is(err, client.NotAvailable)) {
				c.ListLogs(ctx, start, end)(yield)
				return
			}
			begun = true
			entry.Namespace = &client.LogAccount{Name: namespace} // the log of a namespace omits it
			if !yield(entry, err) {
				return
			}
		}
	}
}

func warnTruncated(m logsModel) (diags diag.Diagnostics) {
	if m.Truncated.ValueBool() {
		diags.AddAttributeWarning(path.Root("max_entries"), "There may be more log entries",
			fmt.Sprintf("Terraform read the newest %d entries (max_entries) and stopped. "+
				"Set max_entries higher, or ask for less with start, end, kinds, performer and namespace.", m.maxEntries()))
	}
	return diags
}

// window returns the requested period, from start until before end.
func (m *logsModel) window(now time.Time) (start, end time.Time, err error) {
	// No entry is later than this, even if the registry's clock is ahead. It replaces a
	// missing end and a distant end, because Quay fails for the last possible dates.
	last := now.Add(day)
	start, end = now.Add(-day), last
	if !m.End.IsNull() {
		instant, isDate, err := parseTime(m.End.ValueString())
		if err != nil {
			return start, end, envelope.WithDetail("end", "end "+err.Error()+".", nil)
		}
		if isDate {
			instant = instant.Add(day)
		}
		start, end = earlier(instant, last).Add(-day), instant
	}
	if !m.Start.IsNull() {
		if start, _, err = parseTime(m.Start.ValueString()); err != nil {
			return start, end, envelope.WithDetail("start", "start "+err.Error()+".", nil)
		}
	}
	epoch := time.Unix(0, 0) // Quay treats the year 0 as a missing date
	switch {
	case !m.End.IsNull() && !start.Before(end):
		return start, end, envelope.WithDetail("end", fmt.Sprintf("end (%s) must be later than start (%s).", m.End.ValueString(), m.Start.ValueString()), nil)
	case !start.Before(last):
		return start, end, envelope.WithDetail("start", fmt.Sprintf("start (%s) is still to come.", m.Start.ValueString()), nil)
	case !epoch.Before(end):
		return start, end, envelope.WithDetail("end", fmt.Sprintf("end (%s) must be later than 1970-01-01.", m.End.ValueString()), nil)
	}
	if start.Before(epoch) {
		start = epoch
	}
	return start, earlier(end, last), nil
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// wants tells whether an entry matches the filters.
func (m *logsModel) wants(entry client.LogEntry) bool {
	return (m.Kinds == nil || slices.Contains(m.Kinds, entry.Kind)) &&
		(m.Performer.IsNull() || m.Performer.ValueString() == name(entry.Performer)) &&
		(m.Namespace.IsNull() || m.Namespace.ValueString() == name(entry.Namespace))
}

func (m *logsModel) maxEntries() int {
	if m.MaxEntries.IsNull() {
		return defaultMaxEntries
	}
	return int(m.MaxEntries.ValueInt64())
}

// name returns an account's name, or an empty text without an account.
func name(account *client.LogAccount) string {
	if account == nil {
		return ""
	}
	return account.Name
}

// parseTime reads a date and time, or a date, which means its beginning in UTC.
func parseTime(text string) (instant time.Time, isDate bool, err error) {
	if instant, err = time.Parse(time.DateOnly, text); err == nil {
		return instant, true, nil
	}
	if instant, err = time.Parse(time.RFC3339, text); err == nil {
		return instant, false, nil
	}
	return instant, false, errNoTime
}

var errNoTime = errors.New("must be a date such as 2026-11-23, or a date and time such as 2026-11-23T08:00:00Z (RFC 3339)")

// checkTime is the rule for a text that parseTime can read.
func checkTime(text string) error {
	_, _, err := parseTime(text)
	return err
}
