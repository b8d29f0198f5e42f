using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace EdgeGateway.Ledger;

/// <summary>
/// Writes one JSON value in the canonical form of RFC 8785 into a buffer that is used again and again. Names must come in
/// order (section 3.2.3), each before its value, and what was begun must be ended: anything else is a bug and throws, so
/// what was written is canonical by construction. Not safe for several threads.
/// </summary>
public sealed class CanonicalJsonWriter(int capacity = 4096)
{
    const int MaximumDepth = 16;

    /// <summary>RFC 8785 section 3.2.2.3: numbers are IEEE 754 doubles, so integers end here.</summary>
    const long MaximumInteger = (1L << 53) - 1;

    readonly (int Start, int Length)[] _lastName = new (int, int)[MaximumDepth];
    byte[] _buffer = new byte[capacity];
    int _length;
    int _depth;
    uint _objects;
    bool _comma;
    bool _named;

    /// <summary>The value with its preamble, if it has one. Valid until the next call.</summary>
    /// <exception cref="InvalidOperationException">The value is not complete.</exception>
    public ReadOnlySpan<byte> Written =>
        _depth == 0 && _comma ? _buffer.AsSpan(0, _length) : throw Misused("The value is not complete.");

    public int Length => _length;

    bool IsInObject => (_objects & 1) == 1;

    public void Reset()
    {
        _length = 0;
        _depth = 0;
        _objects = 0;
        _comma = false;
        _named = false;
    }

    /// <summary>Puts bytes that are no JSON in front of it (a hash prefix); only before the first token.</summary>
    public void Preamble(ReadOnlySpan<byte> bytes)
    {
        if (_depth != 0 || _comma) throw Misused("A preamble comes before the first token.");
        bytes.CopyTo(Reserve(bytes.Length));
        _length += bytes.Length;
    }

    public void BeginObject() => Open((byte)'{', isObject: true);

    public void EndObject()
    {
        if (_depth == 0 || !IsInObject || _named) throw Misused("No object can end here.");
        Close((byte)'}');
    }

    public void BeginArray() => Open((byte)'[', isObject: false);

    public void EndArray()
    {
        if (_depth == 0 || IsInObject) throw Misused("No array can end here.");
        Close((byte)']');
    }

    /// <param name="name">ASCII without anything that needs an escape.</param>
    public void Name(ReadOnlySpan<byte> name)
    {
        if (!IsInObject || _named) throw Misused("No name can stand here.");
        ref var last = ref _lastName[_depth - 1];
        if (last.Length > 0 && name.SequenceCompareTo(_buffer.AsSpan(last.Start, last.Length)) <= 0)
        {
            throw new InvalidOperationException(
                $"'{Encoding.UTF8.GetString(name)}' is out of order after '{Encoding.UTF8.GetString(_buffer, last.Start, last.Length)}' (RFC 8785 section 3.2.3).");
        }

        var span = Reserve(name.Length + 4);
        var at = 0;
        if (_comma) span[at++] = (byte)',';
        span[at++] = (byte)'"';
        last = (_length + at, name.Length);
        name.CopyTo(span[at..]);
        at += name.Length;
        span[at++] = (byte)'"';
        span[at++] = (byte)':';
        _length += at;
        _comma = false;
        _named = true;
    }

    /// <summary>A name from data; ASCII letters, digits and <c>-_:.</c> only.</summary>
    public void Name(string name)
    {
        Span<byte> bytes = stackalloc byte[256];
        if (name.Length is 0 or > 256 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or ':' or '.'))
        {
            throw new ArgumentException($"'{name}' cannot be a name in the ledger: use letters, digits and -_:.", nameof(name));
        }

        Encoding.ASCII.GetBytes(name, bytes);
        Name(bytes[..name.Length]);
    }

    /// <summary>A string; a lone surrogate, which UTF-8 cannot hold, becomes U+FFFD.</summary>
    public void String(string value)
    {
        Separate();
        var span = Reserve(value.Length * 6 + 2);
        var at = 0;
        span[at++] = (byte)'"';
        foreach (var rune in value.EnumerateRunes())
        {
            var c = rune.Value;
            if (c >= 0x20 && c != '"' && c != '\\')
            {
                if (c < 0x80) span[at++] = (byte)c;
                else at += rune.EncodeToUtf8(span[at..]);
                continue;
            }

            at += Escape(c, span[at..]);
        }

        span[at++] = (byte)'"';
        _length += at;
    }

    /// <summary>A string of ASCII that needs no escape, such as a word of the format.</summary>
    public void Ascii(ReadOnlySpan<byte> value)
    {
        Separate();
        var span = Reserve(value.Length + 2);
        span[0] = (byte)'"';
        value.CopyTo(span[1..]);
        span[value.Length + 1] = (byte)'"';
        _length += value.Length + 2;
    }

    public void Number(long value)
    {
        if (value is > MaximumInteger or < -MaximumInteger)
        {
            throw new ArgumentOutOfRangeException(nameof(value), value, "Integers in the ledger lie within ±(2^53-1).");
        }

        Separate();
        Utf8Formatter.TryFormat(value, Reserve(24), out var written);
        _length += written;
    }

    /// <summary>Lower-case hexadecimal.</summary>
    public void Hex(ReadOnlySpan<byte> bytes)
    {
        Separate();
        var span = Reserve(bytes.Length * 2 + 2);
        span[0] = (byte)'"';
        Convert.TryToHexStringLower(bytes, span[1..], out var written);
        span[written + 1] = (byte)'"';
        _length += written + 2;
    }

    public void Hex(in Hash hash)
    {
        Span<byte> bytes = stackalloc byte[Hash.Length];
        hash.CopyTo(bytes);
        Hex(bytes);
    }

    /// <summary>Padded base64 (RFC 4648 section 4).</summary>
    public void Base64(ReadOnlySpan<byte> bytes)
    {
        Separate();
        var span = Reserve(System.Buffers.Text.Base64.GetMaxEncodedToUtf8Length(bytes.Length) + 2);
        span[0] = (byte)'"';
        if (System.Buffers.Text.Base64.EncodeToUtf8(bytes, span[1..], out _, out var written) != OperationStatus.Done)
        {
            throw new InvalidOperationException("The base64 text did not fit its own length.");
        }

        span[written + 1] = (byte)'"';
        _length += written + 2;
    }

    /// <summary>UTC with six digits and Z.</summary>
    public void Time(DateTimeOffset value)
    {
        Separate();
        var span = Reserve(LedgerTime.Length + 2);
        span[0] = (byte)'"';
        LedgerTime.Format(value, span[1..]);
        span[LedgerTime.Length + 1] = (byte)'"';
        _length += LedgerTime.Length + 2;
    }

    /// <summary>A value that is canonical already: what another writer has written.</summary>
    public void Raw(ReadOnlySpan<byte> canonical)
    {
        Separate();
        canonical.CopyTo(Reserve(canonical.Length));
        _length += canonical.Length;
    }

    static int Escape(int c, Span<byte> span)
    {
        span[0] = (byte)'\\';
        var shorthand = c switch
        {
            '"' => (byte)'"',
            '\\' => (byte)'\\',
            '\b' => (byte)'b',
            '\t' => (byte)'t',
            '\n' => (byte)'n',
            '\f' => (byte)'f',
            '\r' => (byte)'r',
            _ => (byte)0,
        };
        if (shorthand != 0)
        {
            span[1] = shorthand;
            return 2;
        }

        "u00"u8.CopyTo(span[1..]);
        span[4] = (byte)('0' + (c >> 4));
        span[5] = "0123456789abcdef"u8[c & 15];
        return 6;
    }

    void Open(byte bracket, bool isObject)
    {
        Separate();
        if (_depth == MaximumDepth) throw Misused($"JSON in the ledger is at most {MaximumDepth} deep.");
        Reserve(1)[0] = bracket;
        _length++;
        _lastName[_depth++] = (0, 0);
        _objects = (_objects << 1) | (isObject ? 1u : 0u);
        _comma = false;
    }

    void Close(byte bracket)
    {
        Reserve(1)[0] = bracket;
        _length++;
        _depth--;
        _objects >>= 1;
        _comma = true;
    }

    /// <summary>A comma where a value follows a value; a name has written its own.</summary>
    void Separate()
    {
        if (_depth == 0 ? _comma : IsInObject && !_named) throw Misused("No value can stand here.");
        if (_comma)
        {
            Reserve(1)[0] = (byte)',';
            _length++;
        }

        _comma = true;
        _named = false;
    }

    static InvalidOperationException Misused(string why) => new(why);

    Span<byte> Reserve(int count)
    {
        if (_buffer.Length - _length < count)
        {
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _length + count));
        }

        return _buffer.AsSpan(_length);
    }
}
