using System.Diagnostics.CodeAnalysis;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace EdgeGateway.Profiles;

/// <summary>
/// Builds the tree of one YAML document from the parser's events. Anchors, aliases, tags, directives, further documents,
/// keys that are no scalars, keys that stand twice and deep nesting are errors: a profile says one thing in one way.
/// </summary>
sealed class YamlTree
{
    const int MaximumDepth = 16;

    readonly IParser _parser;
    readonly List<ProfileError> _errors;

    YamlTree(IParser parser, List<ProfileError> errors)
    {
        _parser = parser;
        _errors = errors;
    }

    /// <returns>The document's node, or null where the text is not YAML or empty: then an error says so.</returns>
    public static YamlNode? Read(string text, List<ProfileError> errors)
    {
        try
        {
            return new YamlTree(new Parser(new StringReader(text)), errors).ReadDocument();
        }
        catch (YamlException exception)
        {
            // The parser can't find its way after a fault, so this error is the last.
            errors.Add(new((int)exception.Start.Line, (int)exception.Start.Column, $"the file can't be read from here on: {exception.Message}"));
            return null;
        }
    }

    YamlNode? ReadDocument()
    {
        Consume<StreamStart>();
        if (!TryConsume<DocumentStart>(out var start))
        {
            Add(_parser.Current!, "the file is empty: a profile begins with 'apiVersion: edgegw/v1'");
            return null;
        }

        if (start.Version is not null || (start.Tags is { Count: > 0 } && !start.IsImplicit))
        {
            Add(start, "directives are not used in profiles: leave out lines that begin with '%'");
        }

        var root = ReadNode(0);
        Consume<DocumentEnd>();
        if (_parser.Current is DocumentStart next) Add(next, "a file holds one profile: put the next document into a file of its own");
        return root;
    }

    YamlNode? ReadNode(int depth)
    {
        if (TryConsume<AnchorAlias>(out var alias))
        {
            Add(alias, $"alias '*{alias.Value}' is not used in profiles: write the value out");
            return null;
        }

        var node = Consume<NodeEvent>();
        if (!node.Anchor.IsEmpty) Add(node, $"anchor '&{node.Anchor.Value}' is not used in profiles: leave it out");
        if (!node.Tag.IsEmpty) Add(node, $"tag '{node.Tag.Value}' is not used in profiles: leave it out");
        switch (node)
        {
            case Scalar scalar:
                return new YamlScalar((int)scalar.Start.Line, (int)scalar.Start.Column, scalar.Value, scalar.Style != ScalarStyle.Plain);
            case MappingStart or SequenceStart when depth == MaximumDepth:
                // The scanner's work grows with the square of the depth, so what is inside is not even looked at.
                throw new YamlException(node.Start, node.End, $"more than {MaximumDepth} levels are nested, and no part of a profile needs that");
            case MappingStart:
                return ReadMapping(node, depth);
            default:
                return ReadSequence(node, depth);
        }
    }

    YamlMapping ReadMapping(NodeEvent start, int depth)
    {
        var entries = new List<YamlEntry>();
        var firsts = new Dictionary<string, YamlScalar>(StringComparer.Ordinal);
        while (!TryConsume<MappingEnd>(out _))
        {
            var place = _parser.Current!;
            var key = ReadNode(depth + 1);
            var value = ReadNode(depth + 1);
            if (key is not YamlScalar name)
            {
                if (key is not null) Add(place, "a key must be a word");
                continue;
            }

            if (!firsts.TryAdd(name.Text, name)) Add(place, $"key '{name.Text}' stands twice, first in line {firsts[name.Text].Line}: keep one");
            else if (value is not null) entries.Add(new(name, value));
        }

        return new((int)start.Start.Line, (int)start.Start.Column, entries);
    }

    YamlSequence ReadSequence(NodeEvent start, int depth)
    {
        var items = new List<YamlNode>();
        while (!TryConsume<SequenceEnd>(out _))
        {
            if (ReadNode(depth + 1) is { } item) items.Add(item);
        }

        return new((int)start.Start.Line, (int)start.Start.Column, items);
    }

    bool TryConsume<T>([NotNullWhen(true)] out T? @event)
        where T : ParsingEvent
    {
        var last = _parser.Current;
        try
        {
            var fits = _parser.TryConsume<T>(out var consumed);
            @event = consumed;
            return fits;
        }
        catch (InvalidOperationException exception)
        {
            // YamlDotNet's scanner throws this, and not a YamlException, for some flow collections that are not closed.
            throw new YamlException(last?.Start ?? Mark.Empty, last?.End ?? Mark.Empty, "a '[' or '{' is not closed", exception);
        }
    }

    T Consume<T>()
        where T : ParsingEvent =>
        TryConsume<T>(out var @event)
            ? @event
            : throw new YamlException(_parser.Current!.Start, _parser.Current.End, $"{typeof(T).Name} is missing");

    void Add(ParsingEvent place, string message) => _errors.Add(new((int)place.Start.Line, (int)place.Start.Column, message));
}
