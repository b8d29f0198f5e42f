using System.Globalization;
using EdgeGateway.Profiles;

namespace EdgeGateway.Tests.Profiles;

public sealed class TimeFormatTests
{
    static readonly TimeSpan Beijing = TimeSpan.FromHours(8);

    [Theory]
    [InlineData("rfc3339", "2026-11-22T13:06:07+08:00", "2026-11-22T05:06:07.0000000Z")]
    [InlineData("rfc3339", "2026-11-22t05:06:07z", "2026-11-22T05:06:07.0000000Z")]
    [InlineData("rfc3339", "2026-11-22 05:06:07.5Z", "2026-11-22T05:06:07.5000000Z")]
    [InlineData("rfc3339", "2026-11-22T05:06:07.123456789Z", "2026-11-22T05:06:07.1234567Z")]
    [InlineData("rfc3339", "2026-11-22T05:06:07-03:30", "2026-11-22T08:36:07.0000000Z")]
    [InlineData("rfc3339", "2026-11-22T13:06:07", "2026-11-22T05:06:07.0000000Z")]
    [InlineData("rfc3339", "2028-02-29T00:00:00Z", "2028-02-29T00:00:00.0000000Z")]
    [InlineData("rfc3339", "2026-02-29T00:00:00Z", null)]
    [InlineData("rfc3339", "2026-13-01T00:00:00Z", null)]
    [InlineData("rfc3339", "2026-11-22T24:00:00Z", null)]
    [InlineData("rfc3339", "2026-12-31T23:59:60Z", null)]
    [InlineData("rfc3339", "2026-11-22T05:06:07.Z", null)]
    [InlineData("rfc3339", "2026-11-22T05:06:07+8", null)]
    [InlineData("rfc3339", "2026-11-22T05:06:07+25:00", null)]
    [InlineData("rfc3339", "2026-11-22T05:06:07Zx", null)]
    [InlineData("rfc3339", "0000-01-01T00:00:00Z", null)]
    [InlineData("rfc3339", "0001-01-01T00:00:00+08:00", null)]
    [InlineData("rfc3339", "9999-12-31T23:59:59-08:00", null)]
    [InlineData("rfc3339", "２026-11-22T05:06:07Z", null)]
    [InlineData("rfc3339", "", null)]
    [InlineData("unix-s", "1795323967", "2026-11-22T05:06:07.0000000Z")]
    [InlineData("unix-s", "1795323967.25", "2026-11-22T05:06:07.2500000Z")]
    [InlineData("unix-ms", "1795323967123", "2026-11-22T05:06:07.1230000Z")]
    [InlineData("unix-ms", "1795323967123.5", "2026-11-22T05:06:07.1235000Z")]
    [InlineData("unix-s", "0", "1970-01-01T00:00:00.0000000Z")]
    [InlineData("unix-s", "253402300799", null)]
    [InlineData("unix-s", "-1", null)]
    [InlineData("unix-s", "1.7e9", null)]
    [InlineData("unix-s", "9999999999999999999999", null)]
    [InlineData("unix-s", "", null)]
    [InlineData("yyyyMMddHHmmss", "20160801085857", "2016-08-01T00:58:57.0000000Z")]
    [InlineData("yyyyMMddHHmmssfff", "20160801085857223", "2016-08-01T00:58:57.2230000Z")]
    [InlineData("yyyy-MM-dd HH:mm:ss", "2016-08-01 08:58:57", "2016-08-01T00:58:57.0000000Z")]
    [InlineData("yyyyMMdd", "20160801", "2016-07-31T16:00:00.0000000Z")]
    [InlineData("yyyyMMddHHmmss", "2016080108585", null)]
    [InlineData("yyyyMMddHHmmss", "201608010858577", null)]
    [InlineData("yyyyMMddHHmmss", "20160832085857", null)]
    [InlineData("yyyyMMddHHmmss", "2016080108585x", null)]
    [InlineData("yyyy-MM-dd", "2016/08/01", null)]
    public void A_time_is_read_to_the_tick_or_not_at_all(string format, string text, string? utc)
    {
        var read = TimeFormat.Read(text, format, Beijing);

        Assert.Equal(utc, read?.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
        Assert.Equal(TimeSpan.Zero, read?.Offset ?? TimeSpan.Zero);
    }

    [Theory]
    [InlineData("rfc3339", true)]
    [InlineData("unix-ms", true)]
    [InlineData("yyyyMMddHHmmss", true)]
    [InlineData("yyyy-MM-dd HH:mm:ss.fff", true)]
    [InlineData("yyyyMM", false)]
    [InlineData("HHmmss", false)]
    [InlineData("ddMMyyyy", false)]
    [InlineData("yyyyMMddmm", false)]
    [InlineData("yyyyMMddHHmmssfffyyyy", false)]
    [InlineData("yyyyMMdd'x'", false)]
    [InlineData("iso", false)]
    [InlineData("", false)]
    public void Only_formats_that_name_a_day_are_known(string format, bool known) => Assert.Equal(known, TimeFormat.IsKnown(format));

    [Theory]
    [InlineData("+08:00", 480)]
    [InlineData("-03:30", -210)]
    [InlineData("+00:00", 0)]
    [InlineData("+14:00", 840)]
    [InlineData("+14:01", null)]
    [InlineData("+8:00", null)]
    [InlineData("08:00", null)]
    [InlineData("+08:60", null)]
    public void An_offset_is_a_signed_time_of_a_zone(string text, int? minutes) =>
        Assert.Equal(minutes, TimeFormat.TryOffset(text, out var offset) ? (int)offset.TotalMinutes : null);
}
