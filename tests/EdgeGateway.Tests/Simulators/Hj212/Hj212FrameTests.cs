using System.Text;
using EdgeGateway.Simulators.Hj212;

namespace EdgeGateway.Tests.Simulators.Hj212;

public class Hj212FrameTests
{
    const string First = "##0101QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&1C80";

    /// <summary>HJ 212-2017 appendix A, data segments of appendix C, and frames of real devices.</summary>
    public static TheoryData<string> Vectors =>
    [
        First,
        "##0107QN=20160801085857223;ST=32;CN=1000;PW=123456;MN=010000A8900016F000169DC0;Flag=5;CP=&&OverTime=5;ReCount=3&&CAC1",
        "##0094QN=20160801085857223;ST=91;CN=9011;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&QnRtn=1&&1B00",
        "##0095QN=20160801085857223;ST=91;CN=9012;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&ExeRtn=1&&6240",
        "##0087QN=20160801085857223;ST=91;CN=9014;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&&&3240",
        "##0099QN=20160801085857223;ST=32;CN=1013;PW=123456;MN=010000A8900016F000169DC0;Flag=5;CP=&&PolId=w01018&&CAC1",
        "##0087QN=20160801085857223;ST=91;CN=9013;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&&&2A80",
        "##0125QN=20160801085857223;ST=32;CN=1012;PW=123456;MN=010000A8900016F000169DC0;Flag=5;CP=&&PolId=w01018;SystemTime=20160801085857&&0880",
        "##0122QN=20160801085857223;ST=23;CN=2011;PW=123456;MN=010000A8900016F000169DC0;Flag=5;CP=&&DataTime=20160801085857;LA-Rtd=50.1&&0880",
        "##0260QN=20160801085857534;ST=32;CN=2061;PW=123456;MN=010000A8900016F000169DC0;Flag=7;PNUM=2;PNO=1;CP=&&DataTime=20160801080000;w00000-Cou=63.0,w00000-Min=16.4,w00000-Avg=17.5,w00000-Max=20.1,w00000-Flag=N;w01001-Min=7.1,w01001-Avg=7.5,w01001-Max=7.8,w01001-Flag=N&&D941",
        "##0201QN=20160801085857535;ST=32;CN=2061;PW=123456;MN=010000A8900016F000169DC0;Flag=7;PNUM=2;PNO=2;CP=&&DataTime=20160801080000;w01018-Cou=63.0,w01018-Min=40.1,w01018-Avg=40.1,w01018-Max=40.1,w01018-Flag=N&&E2C1",
        "##0077QN=20120416225111069;ST=91;CN=9021;PW=122333;MN=88888880000006;Flag=1;CP=&&&&4100",
        "##0285QN=20190925181031464;ST=22;CN=2061;PW=BF470F88957588DE902D1A52;MN=Z13401000010301;Flag=5;CP=&&DataTime=20190924220000;a34006-Avg=2.69700,a34006-Flag=N;a34007-Avg=7.96600,a34007-Flag=N;a34048-Avg=3.30600,a34048-Flag=N;a34047-Avg=7.35700,a34047-Flag=N;a34049-Avg=10.66300,a34049-Flag=N&&C181",
    ];

    [Theory]
    [MemberData(nameof(Vectors))]
    public void A_frame_of_the_standard_reads_and_writes_as_printed(string text)
    {
        var bytes = Encoding.ASCII.GetBytes(text + "\r\n");
        Assert.True(Hj212Frame.TryDecode(bytes, out var frame));
        Assert.Equal(text + "\r\n", Encoding.ASCII.GetString(frame.Encode()));
    }

    [Fact]
    public void The_check_is_that_of_appendix_A_and_not_Modbus() => Assert.Equal(0x2F80, Hj212Crc.Of("123456789"u8));

    [Fact]
    public void Lower_case_check_digits_are_read() => Assert.True(Hj212Frame.TryDecode(
        Encoding.ASCII.GetBytes("##0317QN=20191012133710130;ST=22;CN=2011;PW=123456;MN=Y80110010000010;Flag=4;CP=&&DataTime=20191012133710;a21005-Rtd=0.00,a21005-Flag=N;a21004-Rtd=0.00,a21004-Flag=N;a21007-Rtd=0.033,a21007-Flag=N;a21006-Rtd=0.036,a21006-Flag=N;a21001-Rtd=25.40,a21001-Flag=N;a21003-Rtd=101.94,a21003-Flag=N;a21002-Rtd=49.20,a21002-Flag=N&&cc01\r\n"),
        out _));

    [Fact]
    public void A_wrong_check_is_no_frame() => Assert.False(Hj212Frame.TryDecode(
        "##0136ST=32;CN=2011;PW=123456;MN=LD130133000015;CP=&&DataTime=20160824003817;B01-Rtd=36.91;011-Rtd=231.0,011-Flag=N;060-Rtd=1.803,060-Flag=N&&4980\r\n"u8,
        out _));

    [Theory]
    [MemberData(nameof(Vectors))]
    public void Cut_at_any_byte_or_with_any_bit_of_its_data_flipped_it_is_no_frame(string text)
    {
        var bytes = Encoding.ASCII.GetBytes(text + "\r\n");
        for (var length = 0; length < bytes.Length; length++) Assert.False(Hj212Frame.TryDecode(bytes.AsSpan(0, length), out _));
        for (var bit = Hj212Frame.DataStart * 8; bit < (bytes.Length - 6) * 8; bit++)
        {
            var flipped = bytes.ToArray();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(Hj212Frame.TryDecode(flipped, out _), $"bit {bit}");
        }
    }

    [Fact]
    public void Frames_are_found_byte_by_byte_between_noise_and_halves_of_frames()
    {
        var frame = Encoding.ASCII.GetBytes(First + "\r\n");
        byte[] line = [.. "#x##12"u8, .. frame, .. frame.AsSpan(0, 40), .. frame, 0xFF, .. "##9999"u8, .. frame];
        var buffer = new Hj212FrameBuffer();
        var found = line.Sum(value => buffer.Append([value]).Count);
        Assert.Equal(3, found);
    }

    [Fact]
    public void No_noise_breaks_the_search_for_frames()
    {
        var random = new Random(212);
        var frame = Encoding.ASCII.GetBytes(First + "\r\n");
        var buffer = new Hj212FrameBuffer();
        var noise = new byte[300];
        for (var i = 0; i < 500; i++)
        {
            for (var at = 0; at < noise.Length; at++) noise[at] = (byte)"#0123456789Q=;&\r\n"[random.Next(17)];
            buffer.Append(noise);
        }

        // A false start may wait for up to the longest frame, so the good one is repeated until it shows.
        var found = Enumerable.Range(0, 20).Sum(_ => buffer.Append(frame).Count);
        Assert.InRange(found, 1, 20);
    }
}
