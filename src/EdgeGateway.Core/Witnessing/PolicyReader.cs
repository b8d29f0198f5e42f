using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;
using EdgeGateway.Ledger;

namespace EdgeGateway.Witnessing;

/// <summary>
/// Reads a policy file line by line (C2SP tlog-policy, "Policy file syntax and structure"); names must be known before they
/// are used. One reader reads one file.
/// </summary>
sealed class PolicyReader
{
    const int MaximumLines = 4096;
    const string None = "none";

    readonly List<PolicyLog> _logs = [];
    readonly List<PolicyWitness> _witnesses = [];
    readonly Dictionary<string, QuorumRule> _rules = new(StringComparer.Ordinal);
    readonly HashSet<string> _members = new(StringComparer.Ordinal);
    string? _administration;
    string? _quorum;

    public bool TryRead(ReadOnlySpan<byte> file, [NotNullWhen(true)] out WitnessPolicy? policy, [NotNullWhen(false)] out string? error)
    {
        policy = null;
        error = ReadLines(file) ?? (_quorum is null ? "The policy has no line 'quorum': write 'quorum NAME', or 'quorum none' for a log without witnesses." : null);
        if (error is not null) return false;
        policy = new WitnessPolicy(_logs, _witnesses, _administration, _quorum!, _rules.GetValueOrDefault(_quorum!));
        return true;
    }

    public bool TryReadLogs(ReadOnlySpan<byte> file, [NotNullWhen(true)] out IReadOnlyList<PolicyLog>? logs, [NotNullWhen(false)] out string? error)
    {
        logs = _logs;
        error = ReadLines(file) ?? (_logs.Count == 0 ? "There is no line 'log': write 'log VKEY' for each log." : null);
        return error is null;
    }

    string? ReadLines(ReadOnlySpan<byte> file)
    {
        if (file.Length > WitnessPolicy.MaximumBytes) return $"The policy has {file.Length} bytes; at most {WitnessPolicy.MaximumBytes} are read.";
        if (!Utf8.IsValid(file)) return "The policy is not UTF-8.";
        var lines = Encoding.UTF8.GetString(file).Split('\n');
        if (lines.Length > MaximumLines) return $"The policy has {lines.Length} lines; at most {MaximumLines} are read.";
        for (var i = 0; i < lines.Length; i++)
        {
            if (ReadLine(lines[i]) is { } error) return $"Line {i + 1}: {error}";
        }

        return null;
    }

    string? ReadLine(string line)
    {
        if (line.Any(c => char.IsControl(c) && c != '\t')) return "there is a control character (write lines with plain newlines).";
        var fields = Fields(line);
        return fields switch
        {
            [] => null,
            [['#', ..], ..] => ReadComment(line.TrimStart(' ', '\t')[1..]),
            ["log", var key] => AddLog(key, null),
            ["log", var key, var url] => AddLog(key, url),
            ["witness", var name, var key] => AddWitness(name, key, null),
            ["witness", var name, var key, var url] => AddWitness(name, key, url),
            ["group", var name, var needed, .. var members] => AddGroup(name, needed, members),
            ["quorum", var name] => SetQuorum(name),
            [var keyword, ..] => keyword is "log" or "witness" or "group" or "quorum"
                ? $"'{keyword}' has another number of fields: write log VKEY [URL], witness NAME VKEY [URL], group NAME any|all|NUMBER MEMBER…, quorum NAME|none."
                : $"'{Evidence.DisplayText.Of(keyword)}' is none of log, witness, group, quorum; a comment begins with #.",
        };
    }

    /// <summary>Comments that are ours are checked like lines, so that a misspelt witness is no silent "operator unknown".</summary>
    string? ReadComment(string comment)
    {
        var fields = Fields(comment);
        if (fields is ["administration", _, ..])
        {
            if (_administration is not null) return "the administration is named twice.";
            _administration = string.Join(' ', fields[1..]);
        }
        else if (fields is ["operator", var name, _, ..])
        {
            var at = _witnesses.FindIndex(witness => witness.Name == name);
            if (at < 0) return $"the operator is of '{Evidence.DisplayText.Of(name)}', which is no witness of a line above.";
            if (_witnesses[at].Operator is not null) return $"the operator of '{Evidence.DisplayText.Of(name)}' is named twice.";
            _witnesses[at] = _witnesses[at] with { Operator = string.Join(' ', fields[2..]) };
        }

        return null;
    }

    string? AddLog(string keyText, string? url)
    {
        if (!VerifierKey.TryParse(keyText, out var key, out var error)) return error;
        if (key.Type != NoteKeyType.Ed25519) return $"the key of log {Evidence.DisplayText.Of(key.Name)} is no Ed25519 note key.";
        if (!TryReadUrl(url, out var uri)) return $"'{Evidence.DisplayText.Of(url!)}' is no http or https address.";
        if (_logs.Exists(log => IsSame(log.Key, key))) return $"the log's key {Evidence.DisplayText.Of(keyText)} is there twice.";
        _logs.Add(new PolicyLog(key, uri));
        return null;
    }

    string? AddWitness(string name, string keyText, string? url)
    {
        if (!VerifierKey.TryParse(keyText, out var key, out var error)) return error;
        if (key.Type is not (NoteKeyType.Cosignature or NoteKeyType.MlDsa44)) return $"the key of witness {Evidence.DisplayText.Of(name)} is no cosigner's key.";
        if (!TryReadUrl(url, out var uri)) return $"'{Evidence.DisplayText.Of(url!)}' is no http or https address.";
        if (_witnesses.Exists(witness => IsSame(witness.Key, key))) return $"the witness's key {Evidence.DisplayText.Of(keyText)} is there twice.";
        if (Define(QuorumRule.OfWitness(name)) is { } taken) return taken;
        _witnesses.Add(new PolicyWitness(name, key, uri, null));
        return null;
    }

    string? AddGroup(string name, string needed, string[] members)
    {
        var rules = new List<QuorumRule>(members.Length);
        foreach (var member in members)
        {
            if (!_rules.TryGetValue(member, out var rule)) return $"'{Evidence.DisplayText.Of(member)}' is no witness or group of a line above.";
            if (!_members.Add(member)) return $"'{Evidence.DisplayText.Of(member)}' is a member already: each name may be one of one group only, once.";
            rules.Add(rule);
        }

        if (rules.Count == 0) return $"the group '{Evidence.DisplayText.Of(name)}' has no members.";
        long count = needed switch
        {
            "any" => 1,
            "all" => rules.Count,
            _ => CanonicalText.TryReadDecimal(needed, out var number) ? number : 0,
        };
        if (count < 1 || count > rules.Count) return $"'{Evidence.DisplayText.Of(needed)}' is none of any, all, 1 to {rules.Count}.";
        var group = new QuorumRule(name, (int)count, rules);
        return group.Depth > QuorumRule.MaximumDepth ? $"groups lie more than {QuorumRule.MaximumDepth} deep." : Define(group);
    }

    string? SetQuorum(string name)
    {
        if (_quorum is not null) return "there is a second quorum.";
        if (name != None && !_rules.ContainsKey(name)) return $"the quorum '{Evidence.DisplayText.Of(name)}' is no witness or group of a line above.";
        _quorum = name;
        return null;
    }

    string? Define(QuorumRule rule) =>
        rule.Name == None ? "'none' can't be a name."
        : !_rules.TryAdd(rule.Name, rule) ? $"the name '{Evidence.DisplayText.Of(rule.Name)}' is there twice."
        : null;

    /// <summary>By the public key alone: one key under two names would count as two.</summary>
    static bool IsSame(VerifierKey a, VerifierKey b) => a.PublicKey.SequenceEqual(b.PublicKey);

    static bool TryReadUrl(string? text, out Uri? url)
    {
        url = null;
        return text is null || Uri.TryCreate(text, UriKind.Absolute, out url)
            && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps)
            && url.UserInfo.Length == 0 && url.Query.Length == 0 && url.Fragment.Length == 0;
    }

    static string[] Fields(string line) => line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
}
