package quaytest

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// tag is a current or a former tag of a repository. A tag is former after it has moved or was
// deleted.
type tag struct {
	name   string
	digest string
	size   int
	isList bool
	start  time.Time
	end    time.Time // zero if the tag does not expire
}

// Tag is a tag that [Server.AddTag] adds.
type Tag struct {
	Name string
	// Digest is the digest of the manifest, such as "sha256:…".
	Digest string
	// Size is the size of the layers in bytes.
	Size int
	// IsList tells that the manifest is a list of manifests for several platforms.
	IsList bool
	// Start is the time when the tag got the manifest. Defaults to now.
	Start time.Time
	// Expiration is when the tag expires, or zero if it does not.
	Expiration time.Time
}

// AddTag adds a tag to a repository. A current tag of the same name ends, and stays in the
// repository's history.
func (s *Server) AddTag(namespace, repositoryName string, t Tag) {
	s.change(func(st *store) {
		r := must(st.repository(namespace, repositoryName), "AddTag: no repository %s/%s", namespace, repositoryName)
		if t.Start.IsZero() {
			t.Start = st.now().Truncate(time.Second)
		}
		for _, other := range r.activeTags(st.now()) {
			if other.name == t.Name {
				other.end = t.Start
			}
		}
		r.tags = append(r.tags, &tag{name: t.Name, digest: t.Digest, size: t.Size, isList: t.IsList, start: t.Start, end: t.Expiration})
		slices.SortStableFunc(r.tags, func(a, b *tag) int {
			return cmp.Or(b.start.Compare(a.start), cmp.Compare(a.name, b.name))
		})
	})
}

// activeTags returns the tags that have not ended.
func (r *repository) activeTags(now time.Time) []*tag {
	var active []*tag
	for _, t := range r.tags {
		if t.end.IsZero() || t.end.After(now) {
			active = append(active, t)
		}
	}
	return active
}

// summary is the view of a tag in the view of its repository.
func (t *tag) summary() view {
	v := view{"name": t.name, "size": t.size, "last_modified": formatDate(t.start), "manifest_digest": t.digest}
	if !t.end.IsZero() {
		v["expiration"] = formatDate(t.end)
	}
	return v
}

// tagEntry is the view of a tag in the list of tags.
func (c *call) tagEntry(t *tag) view {
	v := t.summary()
	v["reversion"] = false
	v["start_ts"] = t.start.Unix()
	v["is_manifest_list"] = t.isList
	if !t.end.IsZero() {
		v["end_ts"] = t.end.Unix()
	}
	if !c.before(Quay3_18) {
		v["immutable"] = false
		if t.isList {
			v["is_sparse"], v["child_manifest_count"], v["present_child_count"], v["child_manifests_presence"] = false, 0, 0, view{}
		}
	}
	return v
}

func listRepoTags(c *call) (response, error) {
	r, err := c.existingRepository("read")
	if err != nil {
		return response{}, err
	}
	limit, err := c.number("limit", 50, limitHelp)
	if err != nil {
		return response{}, err
	}
	number, err := c.number("page", 1, "Page index for the results. Default 1.")
	if err != nil {
		return response{}, err
	}
	limit, number = min(100, max(1, limit)), max(1, number)
	matches := func(*tag) bool { return true }
	if filter, _ := c.query("filter_tag_name"); filter != "" {
		operation, value, found := strings.Cut(filter, ":")
		if !found {
			return response{}, &plainError{http.StatusBadRequest, "Unsupported syntax for filter_tag_name. Expected <operation>:<tag_name> where <operation>can be 'like' or 'eq'."}
		}
		switch operation {
		case "like":
			matches = func(t *tag) bool { return strings.Contains(t.name, value) }
		case "eq":
			matches = func(t *tag) bool { return t.name == value }
		}
	}
	specific, _ := c.query("specificTag")
	tags := r.tags
	if c.flag("onlyActiveTags", false) {
		tags = r.activeTags(c.store.now())
	}
	entries := []view{}
	for _, t := range tags {
		if matches(t) && (specific == "" || t.name == specific) {
			entries = append(entries, c.tagEntry(t))
		}
	}
	from := min(len(entries), limit*(number-1))
	to := min(len(entries), from+limit)
	return ok(view{"tags": entries[from:to], "page": number, "has_additional": to < len(entries)})
}

// number returns a parameter of the query that is a number. It returns absent if
// the query does not have the parameter.
func (c *call) number(name string, absent int, help string) (int, error) {
	v, ok := c.query(name)
	if !ok {
		return absent, nil
	}
	n, err := strconv.Atoi(strings.TrimSpace(v))
	if err != nil {
		return 0, &plainError{http.StatusBadRequest, view{name: help}}
	}
	return n, nil
}
