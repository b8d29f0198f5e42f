using EdgeGateway.Video;

namespace EdgeGateway.Tests.Video;

public sealed class StreamWordsTests
{
    static readonly IReadOnlyList<string> Secrets = VideoSecrets.Forms(("viewer", "p@ss:w'd"));

    [Fact]
    public void What_ffmpeg_repeats_of_a_password_is_not_shown_nor_what_is_another_each_time()
    {
        var words = new StreamWords(Secrets);
        words.Add("[concat @ 0x55e0f3c6aac0] Impossible to open 'rtsp://viewer:p%40ss%3Aw%27d@127.0.0.1:554/live'\nviewer p@ss:w'd\n");
        Assert.Equal("[concat] Impossible to open 'rtsp://***:***@127.0.0.1:554/live'; *** ***", words.ToString());
    }

    [Fact]
    public void Wherever_what_is_kept_begins_no_part_of_a_password_is_shown()
    {
        for (var more = 1900; more < 2050; more++)
        {
            var words = new StreamWords(Secrets);
            words.Add("rtsp://viewer:p%40ss%3Aw%27d@127.0.0.1/live\n");
            words.Add(new string('x', more));
            words.Add("\nended\n");
            Assert.DoesNotContain("@127", words.ToString().Replace("***:***@127", "", StringComparison.Ordinal), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Of_a_line_that_does_not_end_nothing_is_shown_once_it_is_cut()
    {
        var words = new StreamWords(Secrets);
        for (var i = 0; i < 1000; i++) words.Add("p%40ss%3Aw%27d");
        Assert.Equal("", words.ToString());
    }

    [Fact]
    public void What_would_steer_a_terminal_is_shown_as_what_it_is()
    {
        var words = new StreamWords([]);
        words.Add("a\u001b[31m\nb");
        Assert.Equal("a\\u{1b}[31m; b", words.ToString());
    }
}
