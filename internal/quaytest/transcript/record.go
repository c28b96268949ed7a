package transcript

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// ErrNoToken is the error of [Player.Token] for a caller whose token is unknown.
var ErrNoToken = errors.New("the token of the caller is unknown")

// Recorder makes the calls of an area to a registry and records them.
type Recorder struct {
	Player *Player
	Area   string
	Script *Script
	// Like is a transcript of the area. The recorder uses its requests if the script has no
	// calls. It is nil if the area has no transcript.
	Like *Transcript
	// Tokens are the tokens that the recorder's user gave. No transcript contains them.
	Tokens []string
	// Warn gets messages about gaps of the transcript and about manual steps.
	Warn func(text string)

	secrets  secrets
	requests string            // all requests of the recorder
	saved    map[string]string // named values of responses
	differ   int               // responses that differ from those of Like
}

// Record makes all calls and returns them without secrets.
func (r *Recorder) Record(ctx context.Context) (*Transcript, error) {
	calls := r.Script.Calls
	if calls == nil {
		if r.Like == nil {
			return nil, fmt.Errorf("the area %s has neither a script with calls nor a transcript", r.Area)
		}
		for _, call := range r.Like.Calls {
			calls = append(calls, ScriptCall{Title: call.Title, Request: call.Request})
		}
		r.Player.Expect(r.Like)
	}
	r.secrets, r.saved = secrets{}, map[string]string{}
	for _, token := range r.Tokens {
		r.secrets[token] = placeholder("token", token)
	}
	for _, call := range calls {
		r.requests += string(call.JSON) + call.Path
		if call.Raw != nil {
			r.requests += *call.Raw
		}
	}
	r.warnOfConfiguration()
	result := &Transcript{Area: r.Area, Recorded: time.Now().UTC().Truncate(time.Second)}
	if r.Like != nil {
		r.Player.documents = &[2]time.Time{r.Like.Recorded, result.Recorded}
	}
	if err := r.prepare(ctx, r.Script.Start); err != nil {
		return nil, err
	}
	for i, call := range calls {
		if err := r.prepare(ctx, r.Script.Before[i]); err != nil {
			return nil, err
		}
		recorded, err := r.record(ctx, i, call, result.Recorded)
		if errors.Is(err, ErrNoToken) {
			r.Warn(fmt.Sprintf("left out call %d, %q: %v", i, call.Title, err))
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("call %d, %q: %w", i, call.Title, err)
		}
		result.Calls = append(result.Calls, recorded)
	}
	if r.differ > 0 {
		r.Warn(fmt.Sprintf("%d of %d responses differ", r.differ, len(result.Calls)))
	}
	return result, r.secrets.hide(result)
}

// record makes one call.
func (r *Recorder) record(ctx context.Context, i int, call ScriptCall, now time.Time) (Call, error) {
	request := call.Request
	for name, value := range r.saved {
		request.Path = strings.ReplaceAll(request.Path, "{"+name+"}", url.PathEscape(value))
	}
	request.Path = r.Player.translate(request.Path)
	if r.Like != nil && !r.Like.Recorded.IsZero() {
		request.JSON = shiftExpirations(request.JSON, r.Like.Recorded, now)
	}
	response, err := r.Player.Play(ctx, request)
	if err != nil {
		return Call{}, err
	}
	body, err := decodeJSON(response.JSON)
	if err == nil {
		r.secrets.collect("", body, r.requests)
	}
	for name, path := range call.Save {
		value, ok := valueAt(body, path)
		if !ok {
			return Call{}, fmt.Errorf("the response has no %s", path)
		}
		r.saved[name] = value
	}
	if r.Script.Calls == nil {
		if differences := r.Player.Compare(r.Like.Calls[i], response, AnyOrder); differences != nil {
			r.differ++
			r.Warn(fmt.Sprintf("call %d, %q, differs from the newest transcript: %.200s", i, call.Title, differences[0]))
		}
		response = summarize(r.Like.Calls[i].Response, response, body)
	}
	return Call{Title: call.Title, Request: request, Response: response}, nil
}

// prepare takes the steps of the script that a call can make.
func (r *Recorder) prepare(ctx context.Context, steps []Step) error {
	for _, step := range steps {
		switch {
		case step.Versions != nil: // a step for the transcript of certain versions
		case step.Request != nil:
			response, err := r.Player.Play(ctx, step.Request.Request)
			call := step.Request.Method + " " + step.Request.Path
			switch {
			case errors.Is(err, ErrNoToken):
				r.Warn(fmt.Sprintf("left out %s: %v", call, err))
			case err != nil:
				return err
			case response.Status != step.Request.Status:
				r.Warn(fmt.Sprintf("%s: want status %d, got %d", call, step.Request.Status, response.Status))
			}
		default:
			r.Warn("the script has a step that no call can take: " + show(step))
		}
	}
	return nil
}

// warnOfConfiguration says which configuration the script needs.
func (r *Recorder) warnOfConfiguration() {
	for _, name := range r.Script.WithoutFeatures {
		r.Warn("the registry has to be configured with FEATURE_" + name + ": false")
	}
	if r.Script.EmptyDatabase {
		r.Warn("the registry's database has to be empty")
	}
	if r.Script.UsersFrom != "" {
		r.Warn(fmt.Sprintf("the registry has to be configured with AUTHENTICATION_TYPE: %s and the people %s", r.Script.UsersFrom, show(r.Script.People)))
	}
	if r.Script.DefaultQuota != 0 {
		r.Warn(fmt.Sprintf("the registry has to be configured with DEFAULT_SYSTEM_REJECT_QUOTA_BYTES: %d", r.Script.DefaultQuota))
	}
	if r.Script.Mailing != "" {
		r.Warn("the registry has to be configured with FEATURE_MAILING: true and the mail server: " + r.Script.Mailing)
	}
}

var expirationExpression = regexp.MustCompile(`"expiration":\s*(\d{10})(\.\d+)?\b`)

// shiftExpirations moves the expirations in a request's body by the time between two
// recordings.
func shiftExpirations(body json.RawMessage, from, to time.Time) json.RawMessage {
	return expirationExpression.ReplaceAllFunc(body, func(match []byte) []byte {
		digits := expirationExpression.FindSubmatch(match)[1]
		seconds, err := strconv.ParseInt(string(digits), 10, 64)
		if err != nil {
			return match
		}
		shifted := strconv.FormatInt(seconds+int64(to.Sub(from).Seconds()), 10)
		return bytes.Replace(match, digits, []byte(shifted), 1)
	})
}

// valueAt returns the text or number at a path such as "quotas.0.id".
func valueAt(value any, path string) (string, bool) {
	for name := range strings.SplitSeq(path, ".") {
		switch v := value.(type) {
		case map[string]any:
			value = v[name]
		case []any:
			i, err := strconv.Atoi(name)
			if err != nil || i < 0 || i >= len(v) {
				return "", false
			}
			value = v[i]
		default:
			return "", false
		}
	}
	switch v := value.(type) {
	case string:
		return v, true
	case json.Number:
		return v.String(), true
	default:
		return "", false
	}
}

// summarize replaces the body of a response by a note if the transcript has a
// note in its place.
func summarize(like, response Response, body any) Response {
	recorded, err := decodeJSON(like.JSON)
	if err != nil || noteOf(recorded) == nil || body == nil {
		return response
	}
	summary := map[string]any{"note": describe(noteOf(recorded).text, body)}
	if object, ok := body.(map[string]any); ok {
		if paths, ok := object["paths"].(map[string]any); ok {
			summary = map[string]any{"note": "a description of the API; its paths are:", "paths": slices.Sorted(maps.Keys(paths))}
		}
	}
	response.JSON = json.RawMessage(show(summary))
	return response
}
