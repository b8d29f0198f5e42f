using System.Globalization;
using EdgeGateway.Evidence;
using EdgeGateway.Texts;

namespace EdgeGateway.Export;

/// <summary>What is said of an item in words. Text from devices and people is made fit to show.</summary>
static class ItemTexts
{
    /// <summary>
    /// What stands on every page and list (行政处罚法 art. 41) where an item was not reviewed, or did not pass; null where
    /// all passed.
    /// </summary>
    public static string? Warning(IEnumerable<ExportedItem> items, TextTable texts)
    {
        var parts = new List<string>();
        if (Indices(items, ReviewState.None) is { Length: > 0 } open) parts.Add(texts.Format("warning.unreviewed", open));
        if (Indices(items, ReviewState.Failed) is { Length: > 0 } failed) parts.Add(texts.Format("warning.failed", failed));
        return parts.Count == 0 ? null : string.Join(' ', parts);
    }

    public static string Review(ExportedItem item, TextTable texts) => item.Review switch
    {
        ReviewState.Passed => texts["review.passed"],
        ReviewState.Failed => texts.Format("review.failed", DisplayText.Of(item.ReviewReason, 500)),
        _ => texts["review.none"],
    };

    /// <summary>In the ledger's time zone, as all times of the list.</summary>
    public static string Trust(ExportedItem item, TextTable texts, TimeZoneInfo zone)
    {
        var time = (item.NotBefore, item.NotAfter) switch
        {
            ({ } from, { } to) => texts.Format("trust.between", Local(from, zone), Local(to, zone)),
            ({ } from, null) => texts.Format("trust.after", Local(from, zone)),
            (null, { } to) => texts.Format("trust.before", Local(to, zone)),
            _ => texts["trust.sealed"],
        };
        return $"{time} {Witnesses(item.Witnessed, texts)}";
    }

    static string Witnesses(WitnessedTree witnessed, TextTable texts)
    {
        if (witnessed.Cosigners.Count == 0) return texts["trust.alone"];
        var sentences = new List<string> { texts.Format("trust.witnessed", string.Join(texts["trust.comma"], witnessed.Cosigners.Select(cosigner => Witness(cosigner, texts)))) };
        if (!witnessed.HasQuorum) sentences.Add(texts["trust.no-quorum"]);
        if (witnessed.IsSelfAttestedOnly) sentences.Add(texts["trust.self"]);
        return string.Join(' ', sentences);
    }

    static string Witness(Cosigner cosigner, TextTable texts) => texts.Format(
        cosigner.Operator is null ? "trust.operator-unnamed" : cosigner.IsOtherAdministration ? "trust.operator" : "trust.operator-same",
        DisplayText.Of(cosigner.Key.Name), DisplayText.Of(cosigner.Operator));

    public static string Category(ExportedItem item, TextTable texts) => texts[item.IsAudiovisual ? "category.audiovisual" : "category.electronic"];

    public static string File(ExportedItem item, TextTable texts) => item.File ?? texts["erased"];

    public static string Sha256(ExportedItem item, TextTable texts) => Digest(item, texts, item.Digests?.Sha256.ToString());

    public static string Sm3(ExportedItem item, TextTable texts) =>
        item.Digests is { } digests ? Digest(item, texts, $"{digests.Sm3} ({texts[digests.IsSm3Sealed ? "sm3.sealed" : "sm3.computed"]})") : Digest(item, texts, null);

    /// <summary>The device's own time as it wrote it; else when the gateway received it, and says so.</summary>
    public static string Created(ExportedItem item, TextTable texts, TimeZoneInfo zone) =>
        item.CapturedAt is { } captured ? texts.Format("time.device", DisplayText.Of(captured, 100)) : texts.Format("time.gateway", Local(item.ReceivedAt, zone));

    public static string Local(DateTimeOffset time, TimeZoneInfo zone) =>
        TimeZoneInfo.ConvertTime(time, zone).ToString("yyyy-MM-dd HH:mm:ss zzz", CultureInfo.InvariantCulture);

    static string Digest(ExportedItem item, TextTable texts, string? digest) =>
        digest is null ? texts["erased"] : item.Digests!.IsWhole ? digest : $"{digest} ({texts["beginning"]})";

    static string Indices(IEnumerable<ExportedItem> items, ReviewState state) =>
        string.Join(", ", items.Where(item => item.Review == state).Select(item => item.Index.ToString(CultureInfo.InvariantCulture)));
}
