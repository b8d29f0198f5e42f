using EdgeGateway.Docks;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Docks;

public sealed class DockBookTests : IDisposable
{
    static readonly DateTimeOffset Now = new(2026, 11, 27, 8, 0, 0, TimeSpan.Zero);
    static readonly DockFile First = new("a/1.mp4", 10, Now);
    static readonly DockFile Second = new("a/2.mp4", 20, Now);

    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_was_noted_is_known_after_a_restart_and_a_file_that_changed_is_another()
    {
        using (var book = DockBook.Open(_folder.Path))
        {
            book.Saw([First, Second], Now);
            book.Done(First);
            book.Counted("clip\0DSJ-X1", 42);
        }

        using var again = DockBook.Open(_folder.Path);
        Assert.True(again.IsDone(First));
        Assert.False(again.IsDone(First with { Size = 11 }));
        Assert.False(again.IsDone(First with { ModifiedAt = Now.AddTicks(1) }));
        Assert.False(again.IsDone(Second));
        Assert.Equal(Now, again.SeenAt(Second));
        Assert.Equal(42, again.NumberOf("clip\0DSJ-X1"));
        Assert.Null(again.NumberOf("clip"));
    }

    [Fact]
    public void A_book_cut_off_at_any_byte_or_with_any_bit_flipped_opens_and_goes_on()
    {
        using (var book = DockBook.Open(_folder.Path))
        {
            book.Saw([First], Now);
            book.Done(First);
            book.Counted("clip", 42);
        }

        var whole = File.ReadAllBytes(_folder["files"]);
        for (var length = 0; length < whole.Length; length++) Opens(whole[..length]);
        for (var bit = 0; bit < whole.Length * 8; bit++)
        {
            var flipped = whole.ToArray();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            Opens(flipped);
        }
    }

    [Fact]
    public void No_name_stands_in_the_book()
    {
        using (var book = DockBook.Open(_folder.Path)) book.Saw([First with { Path = "110023-张三.mp4" }], Now);

        Assert.DoesNotContain("110023", File.ReadAllText(_folder["files"]), StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder["files"]));
    }

    void Opens(byte[] content)
    {
        File.WriteAllBytes(_folder["files"], content);
        using (var book = DockBook.Open(_folder.Path)) book.Done(Second);
        using var again = DockBook.Open(_folder.Path);
        Assert.True(again.IsDone(Second));
    }
}
