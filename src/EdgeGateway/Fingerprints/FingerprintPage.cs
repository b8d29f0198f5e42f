using System.Text.Json.Nodes;
using EdgeGateway.Evidence;
using EdgeGateway.Gateway;
using EdgeGateway.Texts;

namespace EdgeGateway.Fingerprints;

/// <summary>The page as text, in one language; made from what <c>ledger fingerprints --json</c> prints.</summary>
sealed class FingerprintPage(TextTable texts, SiteTime site, TextWriter writer)
{
    const int MaximumCharacters = 2000;

    public static void Write(JsonObject answer, IEnumerable<Language> languages, SiteTime site, TextWriter writer)
    {
        var first = true;
        foreach (var language in languages)
        {
            if (!first) writer.WriteLine($"\n{new string('=', 78)}\n");
            first = false;
            new FingerprintPage(TextTable.Of("Fingerprints", language), site, writer).Write(answer);
        }
    }

    void Write(JsonObject answer)
    {
        writer.WriteLine($"{texts["title"]}\n\n{texts["purpose"]}\n\n{texts["fingerprintOf"]}\n");
        Field("origin", Text(answer, "origin"));
        Field("date", site.Show(Text(answer, "at")!));
        Key(texts["ledgerKey"], answer["ledger"]);
        Key(texts["recoveryKey"], answer["recovery"]);
        Key(texts["ownWitnessKey"], answer["ownWitness"]);

        Heading(texts["witnesses"]);
        var witnesses = answer["witnesses"]!.AsArray();
        if (witnesses.Count == 0) writer.WriteLine($"  {texts["noWitnesses"]}");
        else Field("quorum", Text(answer, "quorum") is { } quorum and not "none" ? quorum : texts["quorumNone"]);
        foreach (var witness in witnesses)
        {
            Key(texts.Format("witness", Text(witness, "name")), witness);
            Field("operator", Operator(witness!));
        }

        Heading(texts["authorities"]);
        var authorities = answer["authorities"]!.AsArray();
        if (authorities.Count == 0) writer.WriteLine($"  {texts["noAuthorities"]}");
        foreach (var authority in authorities)
        {
            Heading(texts.Format("authority", Text(authority, "name")));
            foreach (var root in authority!["roots"]!.AsArray()) Root(root!);
        }

        writer.WriteLine($"\n\n{texts["signature"]}\n\n\n{texts["stamp"]}\n\n\n{texts["signedOn"]}");
    }

    string Operator(JsonNode witness) => Text(witness, "operator") is not { } named ? texts["operatorUnnamed"]
        : witness["otherAdministration"]!.GetValue<bool>() ? named
        : $"{named} ({texts["sameAdministration"]})";

    void Root(JsonNode root)
    {
        writer.WriteLine($"  {texts.Format("root", Text(root, "subject") ?? Text(root, "file"))}");
        if (Text(root, "sha256") is { } digest) writer.WriteLine($"    {Grouped(digest)}");
        else writer.WriteLine($"    {texts.Format("rootUnreadable", Text(root, "error"))}");
    }

    void Key(string heading, JsonNode? key)
    {
        if (key is null) return;
        Heading(heading);
        writer.WriteLine($"  {texts["publicKey"]}:\n    {Text(key, "vkey")}\n  {texts["fingerprint"]}:\n    {Grouped(Text(key, "sha256")!)}");
    }

    void Heading(string heading) => writer.WriteLine($"\n{heading}");

    void Field(string name, string? value) => writer.WriteLine($"  {texts[name]}: {value}");

    /// <summary>In fours, on two lines, so that two people can read it to each other.</summary>
    static string Grouped(string digest)
    {
        var groups = digest.Chunk(4).Select(group => new string(group)).ToList();
        return $"{string.Join(' ', groups.Take(8))}\n    {string.Join(' ', groups.Skip(8))}";
    }

    static string? Text(JsonNode? node, string name) => node?[name] is { } value ? DisplayText.Of(value.GetValue<string>(), MaximumCharacters) : null;
}
