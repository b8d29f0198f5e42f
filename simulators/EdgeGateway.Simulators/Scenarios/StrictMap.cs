using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace EdgeGateway.Simulators.Scenarios;

/// <summary>
/// A YAML mapping whose every key must be asked for. Problems are collected, with their place; what is asked for and
/// wrong comes back as the fallback, so that reading goes on and finds the rest.
/// </summary>
sealed class StrictMap
{
    readonly YamlMappingNode _node;
    readonly string _name;
    readonly List<ScenarioProblem> _problems;
    readonly Dictionary<string, YamlNode> _unread = [];

    public StrictMap(YamlMappingNode node, string name, List<ScenarioProblem> problems)
    {
        (_node, _name, _problems) = (node, name, problems);
        foreach (var (key, value) in node.Children)
        {
            if (key is YamlScalarNode { Value: { } text }) _unread[text] = value;
            else Report(key.Start, $"a key of {name} is not a word");
        }
    }

    public Mark Start => _node.Start;

    public string Text(string key, string? fallback, Func<string, bool> isValid, string form) =>
        Read(key, fallback, text => isValid(text) ? text : null, form) ?? "";

    public TimeSpan Duration(string key, string? fallback, string least = "1ms")
    {
        var minimum = Scenarios.Duration.TryParse(least, out var parsed) ? parsed : TimeSpan.Zero;
        return Value(key, fallback, (string text, out TimeSpan value) => Scenarios.Duration.TryParse(text, out value) && value >= minimum,
            $"{Scenarios.Duration.Form} and at least {least}");
    }

    /// <summary>A duration other than zero, which may be negative.</summary>
    public TimeSpan Step(string key) => Value(key, null, (string text, out TimeSpan value) => Scenarios.Duration.TryParseStep(text, out value),
        $"{Scenarios.Duration.Form} or -10s");

    public long Integer(string key, string? fallback, long minimum, long maximum) =>
        Value(key, fallback, (string text, out long value) =>
            long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value) && value >= minimum && value <= maximum,
            $"a whole number from {minimum} to {maximum}");

    public double Fraction(string key, string? fallback) =>
        Value(key, fallback, (string text, out double value) =>
            double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value) && value is >= 0 and <= 1,
            "a number from 0 to 1");

    /// <returns>Null where the word is none of them.</returns>
    public T? Choice<T>(string key, string? fallback, params ReadOnlySpan<(string Word, T Value)> choices)
    {
        var known = choices.ToArray();
        var form = $"one of {string.Join(", ", known.Select(choice => choice.Word))}";
        return Value(key, fallback, (string text, out T? value) =>
        {
            var found = Array.FindIndex(known, choice => choice.Word == text);
            value = found < 0 ? default : known[found].Value;
            return found >= 0;
        }, form);
    }

    public DateTimeOffset Instant(string key, string? fallback) =>
        Value(key, fallback, (string text, out DateTimeOffset value) => DateTimeOffset.TryParseExact(
            text, "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out value),
            "a time in UTC such as 2026-01-05T00:00:00Z");

    /// <summary>Durations, one or a list of them; ascending.</summary>
    public IReadOnlyList<TimeSpan> Durations(string key)
    {
        if (!_unread.Remove(key, out var node)) return [];
        var times = new List<TimeSpan>();
        foreach (var item in node is YamlSequenceNode list ? list.Children : [node])
        {
            if (item is YamlScalarNode { Value: { } text } && Scenarios.Duration.TryParse(text, out var time)) times.Add(time);
            else Report(item.Start, $"'{key}' of {_name} holds something that is not {Scenarios.Duration.Form}");
        }

        times.Sort();
        return times;
    }

    /// <summary>A list of mappings; empty where the key is missing and not required.</summary>
    public List<StrictMap> Maps(string key, string itemName, bool required)
    {
        if (!_unread.Remove(key, out var node))
        {
            if (required) Report(Start, $"{_name} has no '{key}': add a list of at least one");
            return [];
        }

        if (node is not YamlSequenceNode { Children.Count: > 0 } list)
        {
            Report(node.Start, $"'{key}' of {_name} is not a list of at least one");
            return [];
        }

        var maps = new List<StrictMap>();
        foreach (var (item, number) in list.Children.Select((item, index) => (item, index + 1)))
        {
            if (item is YamlMappingNode map) maps.Add(new StrictMap(map, $"{itemName} {number}", _problems));
            else Report(item.Start, $"{itemName} {number} is not a mapping");
        }

        return maps;
    }

    /// <summary>Every key that nothing asked for is a problem: a mistyped key must not pass for a default.</summary>
    public void End()
    {
        foreach (var (key, _) in _node.Children)
        {
            if (key is YamlScalarNode { Value: { } text } && _unread.ContainsKey(text)) Report(key.Start, $"{_name} has no use for '{text}': remove it or correct its name");
        }
    }

    public void Report(Mark place, string message) => _problems.Add(new ScenarioProblem(place.Line, place.Column, message));

    delegate bool TryRead<T>(string text, out T value);

    T Value<T>(string key, string? fallback, TryRead<T> tryRead, string form)
    {
        tryRead(fallback ?? "", out var result);
        Read(key, fallback, text => tryRead(text, out result) ? text : null, form);
        return result;
    }

    string? Read(string key, string? fallback, Func<string, string?> accept, string form)
    {
        if (!_unread.Remove(key, out var node))
        {
            if (fallback is null) Report(Start, $"{_name} has no '{key}': add {form}");
            return fallback;
        }

        if (node is YamlScalarNode { Value: { } text } && accept(text) is { } accepted) return accepted;
        Report(node.Start, $"'{key}' of {_name} is {(node is YamlScalarNode scalar ? $"'{scalar.Value}'" : "not a single value")}: it must be {form}");
        return fallback;
    }
}
