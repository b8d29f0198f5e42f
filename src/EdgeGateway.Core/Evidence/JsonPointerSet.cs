using System.Globalization;
using System.Text;
using System.Text.Json;
using EdgeGateway.Profiles;

namespace EdgeGateway.Evidence;

/// <summary>
/// All the places that a rule reads, as one tree, so that a payload is walked once however many there are. Immutable.
/// </summary>
sealed class JsonPointerSet
{
    public const int EventIdSlot = 0;
    public const int CapturedAtSlot = 1;
    public const int FirstFieldSlot = 2;
    /// <summary>Enough for an event id, a time and nine fields with <see cref="JsonPointer.MaximumTokens"/> levels each.</summary>
    public const int MaximumNodes = 128;

    readonly List<Node> _nodes = [new Node(0, [], -1)];
    readonly List<string> _fields = [];

    JsonPointerSet()
    {
    }

    public Node Root => _nodes[0];

    public int NodeCount => _nodes.Count;

    /// <exception cref="FormatException">A pointer of the rule is not one of RFC 6901.</exception>
    public static JsonPointerSet Compile(MessageRule rule)
    {
        var set = new JsonPointerSet();
        if (rule.EventId is not null) set.Add(rule.EventId, EventIdSlot);
        if (rule.CapturedAt is not null) set.Add(rule.CapturedAt.Pointer, CapturedAtSlot);
        foreach (var (name, pointer) in rule.Fields)
        {
            set.Add(pointer, FirstFieldSlot + set._fields.Count);
            set._fields.Add(name);
        }

        return set;
    }

    /// <summary>The profile's name for the field of this slot.</summary>
    public string Field(int slot) => _fields[slot - FirstFieldSlot];

    void Add(string pointer, int slot)
    {
        if (!JsonPointer.TryParse(pointer, out var tokens, out var error)) throw new FormatException($"'{pointer}' is not an RFC 6901 pointer: {error}.");

        var node = Root;
        foreach (var token in tokens)
        {
            var name = Encoding.UTF8.GetBytes(token);
            var child = node.Children.FirstOrDefault(child => child.Name.AsSpan().SequenceEqual(name));
            if (child is null)
            {
                if (_nodes.Count == MaximumNodes) throw new FormatException($"'{pointer}': a rule can read at most {MaximumNodes} places.");
                child = new Node(_nodes.Count, name, ArrayIndex(token));
                _nodes.Add(child);
                node.Children.Add(child);
            }

            node = child;
        }

        node.Slots.Add(slot);
    }

    // An array index has no leading zero (RFC 6901 section 4); "-" never exists.
    static int ArrayIndex(string token) =>
        token.Length is > 0 and <= 9 && token.All(char.IsAsciiDigit) && (token.Length == 1 || token[0] != '0')
            ? int.Parse(token, CultureInfo.InvariantCulture)
            : -1;

    /// <summary>One place on the way to a value; never changed once compiled.</summary>
    public sealed record Node(int Id, byte[] Name, int Index)
    {
        public List<Node> Children { get; } = [];

        public List<int> Slots { get; } = [];

        /// <summary>The child that the reader's property name stands for, escapes undone.</summary>
        public Node? Find(ref Utf8JsonReader reader)
        {
            if (reader.ValueIsEscaped) return FindEscaped(ref reader);
            for (var i = 0; i < Children.Count; i++)
            {
                if (reader.ValueTextEquals(Children[i].Name)) return Children[i];
            }

            return null;
        }

        // The reader's own comparison throws on an escaped lone surrogate, which no pointer can name.
        Node? FindEscaped(ref Utf8JsonReader reader)
        {
            if (!JsonScalar.TryReadText(ref reader, JsonPointer.MaximumLength, out var text)) return null;
            var name = Encoding.UTF8.GetBytes(text);
            return Children.Find(child => child.Name.AsSpan().SequenceEqual(name));
        }

        public Node? At(int index)
        {
            for (var i = 0; i < Children.Count; i++)
            {
                if (Children[i].Index == index) return Children[i];
            }

            return null;
        }
    }
}
