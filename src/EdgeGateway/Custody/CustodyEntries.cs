using EdgeGateway.Export;
using EdgeGateway.Ingest;
using EdgeGateway.Ledger;
using EdgeGateway.Retention;
using EdgeGateway.Storage.Registry;

namespace EdgeGateway.Custody;

/// <summary>
/// The entries that say what was done with an item or a case (docs/ledger-format.md section 3: review, custody, tombstone).
/// Names, cases and reasons go into the private part.
/// </summary>
static class CustodyEntries
{
    public static OwnEntry Review(SealedItem item, bool passed, bool fromCaseSystem, string? by, string? reason, string? reference) =>
        new(EntryKind.Review, item.Subject, body =>
        {
            item.WriteTo(body);
            Write(body, "result"u8, passed ? "passed" : "failed");
            Write(body, "source"u8, fromCaseSystem ? "case-system" : "person");
        })
        {
            Private = json =>
            {
                Write(json, "by"u8, by);
                Write(json, "reason"u8, reason);
                Write(json, "reference"u8, reference);
            },
        };

    public static OwnEntry Tag(SealedItem item, ItemTag tag, string? by) => About(item, "tag", json =>
    {
        Write(json, "archive"u8, tag.Archive);
        Write(json, "by"u8, by);
        Write(json, "case"u8, tag.Case);
        Write(json, "officer"u8, tag.Officer);
        Write(json, "page"u8, tag.Page);
        Write(json, "volume"u8, tag.Volume);
    });

    public static OwnEntry View(SealedItem item) => About(item, "view", _ => { });

    public static OwnEntry Move(SealedItem item, string medium, string? by, string? reason) => About(item, "move", json =>
    {
        Write(json, "by"u8, by);
        Write(json, "medium"u8, medium);
        Write(json, "reason"u8, reason);
    });

    /// <summary>An export is about to be written; what belongs into the bag is sealed with it.</summary>
    /// <param name="history">Fixes the entries below <paramref name="size"/> that speak of the item.</param>
    /// <param name="bag">Writes the member <c>bag</c>.</param>
    public static OwnEntry Export(SealedItem item, Hash history, long size, Action<CanonicalJsonWriter> bag, string by, string caseNumber, string reason) =>
        new(EntryKind.Custody, item.Subject, body => ExportRecord.WriteBody(body, item, history, size))
        {
            Private = json =>
            {
                bag(json);
                Write(json, "by"u8, by);
                Write(json, "case"u8, caseNumber);
                Write(json, "reason"u8, reason);
            },
        };

    /// <summary>The bag of an export is whole.</summary>
    public static OwnEntry Exported(SealedItem item, Hash manifest, string by) => About(item, "exported", json =>
    {
        Write(json, "by"u8, by);
        json.Name("manifest"u8);
        json.Hex(manifest);
    });

    public static OwnEntry ErasureRefused(SealedItem item, ErasureRefusal refusal, string? by) => About(item, "erasure-refused", json =>
    {
        Write(json, "by"u8, by);
        Write(json, "case"u8, refusal.Case);
        Write(json, "reason"u8, refusal.Code);
    });

    public static OwnEntry Hold(string name, bool release, string reason, string? by) =>
        new(EntryKind.Custody, Subjects.Gateway, body => Write(body, "action"u8, release ? "release" : "hold"))
        {
            Private = json =>
            {
                Write(json, "by"u8, by);
                Write(json, "case"u8, name);
                Write(json, "reason"u8, reason);
            },
        };

    public static OwnEntry Tombstone(SealedItem item, string retentionClass, DateTimeOffset? due, bool withObject, bool byRetention, string? reason, string? by) =>
        new(EntryKind.Tombstone, item.Subject, body =>
        {
            Write(body, "class"u8, retentionClass);
            if (due is { } time)
            {
                body.Name("due"u8);
                body.Time(time);
            }

            body.Name("erased"u8);
            body.BeginArray();
            if (withObject) body.Ascii("object"u8);
            body.Ascii("private-part"u8);
            body.EndArray();
            item.WriteTo(body);
            Write(body, "reason"u8, byRetention ? "retention" : "order");
        })
        {
            Private = json =>
            {
                Write(json, "by"u8, by);
                Write(json, "reason"u8, reason);
            },
        };

    static OwnEntry About(SealedItem item, string action, Action<CanonicalJsonWriter> facts) =>
        new(EntryKind.Custody, item.Subject, body =>
        {
            Write(body, "action"u8, action);
            item.WriteTo(body);
        })
        {
            Private = facts,
        };

    static void Write(CanonicalJsonWriter json, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not { Length: > 0 }) return;
        json.Name(name);
        json.String(value);
    }
}
