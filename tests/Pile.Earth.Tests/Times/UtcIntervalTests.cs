using System.Text.Json;
using Pile.TestKit;

namespace Pile.Earth.Tests;

public class UtcIntervalTests
{
    private const string Script = """
        import sys, json, random
        from datetime import datetime, timedelta, timezone
        from astropy.time import Time
        random.seed(3)
        out, solar = [], []
        for i in range(800):
            t = datetime(random.choice([1, 1600, 1858, 1969, 1999, 2012, 2024, 9998]), 1, 1) + timedelta(days=random.randrange(365),
                microseconds=random.randrange(86400 * 10**6))
            if i % 10 == 0: t = t.replace(hour=0, minute=0, second=0, microsecond=0)
            if t.month in (6, 12) and t.day >= 30: continue
            offset = random.choice([0, 0, 60, -570, 845])
            local = t.replace(tzinfo=timezone.utc).astimezone(timezone(timedelta(minutes=offset))) if 1 < t.year < 9998 else t
            zone = ''
            if local.tzinfo:
                named = local.strftime('%z') if i % 2 else local.isoformat()[-6:]
                zone = random.choice(['Z', 'z', '', '+00:00', '-00:00']) if offset == 0 else named
            text = local.strftime('%Y').zfill(4) + local.strftime('-%m-%d') + random.choice('Tt ') + local.strftime('%H:%M:%S.%f') + zone
            jd = Time(t, scale='tai') # days of 86,400 s, as MJD has them
            out.append([text, int(jd.jd1 - 2400000.5 + jd.jd2 // 1), float(jd.mjd)])
            lon = random.choice([random.uniform(-180, 180), 179.999, -180, 180, 0, 15, -15, -7.5, 149.7])
            seconds, hours = timedelta(seconds=int(lon * 240)), timedelta(seconds=int(lon / 15) * 3600)
            if 1 < t.year < 9998:
                day = lambda d: (d.date() - datetime(1858, 11, 17).date()).days
                solar.append([float(jd.mjd), lon, day(t + seconds), day(t + hours)])
        json.dump([out, solar], sys.stdout)
        """;

    private static readonly JsonElement Oracle = JsonDocument.Parse(Python.Run(Script)).RootElement;

    [Fact]
    public void Instants_agree_with_astropy()
    {
        foreach (JsonElement time in Oracle[0].EnumerateArray())
        {
            UtcInterval found = UtcInterval.Parse(time[0].GetString()!);
            Assert.True(found.IsInstant);
            Assert.True(Math.Abs(time[2].GetDouble() - found.StartMjd) <= 2e-10, $"{time} {found.StartMjd:R}");
        }
    }

    [Fact]
    public void Solar_days_agree_with_the_rules_of_datacube_and_odc_stac()
    {
        foreach (JsonElement day in Oracle[1].EnumerateArray())
        {
            Assert.Equal(day[2].GetInt32(), SolarDay.Of(day[0].GetDouble(), day[1].GetDouble()));
            Assert.Equal(day[3].GetInt32(), SolarDay.HourSnapped(day[0].GetDouble(), day[1].GetDouble()));
        }
        Assert.Throws<ArgumentOutOfRangeException>(() => SolarDay.Of(58000, 181));
        Assert.Throws<ArgumentOutOfRangeException>(() => SolarDay.Of(double.NaN, 0));
    }

    [Theory]
    [InlineData("2019-12-01", 58818, 58819)]
    [InlineData("2019-12", 58818, 58849)]
    [InlineData("2020", 58849, 59215)]
    [InlineData("1858-11-17T00:00:00Z", 0, 0)]
    [InlineData(" 2019-12-01T12:00Z ", 58818.5, 58818.5)]
    [InlineData("2019-12-01T24:00:00Z", 58819, 58819)]
    [InlineData("2019-12-01T02:00:00+05:00", 58817.875, 58817.875)]
    [InlineData("2019-12-01T22:00:00-05", 58819.125, 58819.125)]
    [InlineData("2016-12-31T23:59:60Z", 57754, 57754)]
    [InlineData("2016-12-31T23:59:60.999Z", 57754, 57754)]
    [InlineData("2017-01-01T08:59:60+09:00", 57754, 57754)]
    [InlineData("2019-12-01/2019-12-03", 58818, 58821)]
    [InlineData("2019-12-01T00:00:00Z/2019-12-03T12:00:00Z", 58818, 58820.5)]
    [InlineData("2019-12-01/..", 58818, double.PositiveInfinity)]
    [InlineData("../2019-12-01", double.NegativeInfinity, 58819)]
    [InlineData("/2019-12-01T00:00:00Z", double.NegativeInfinity, 58818)]
    [InlineData("../..", double.NegativeInfinity, double.PositiveInfinity)]
    [InlineData("0001-01-01", -678575, -678574)]
    [InlineData("9999", 2973119, 2973484)]
    [InlineData("58849", 58849, 58849)]
    [InlineData(" 58818.25/58818.5 ", 58818.25, 58818.5)]
    [InlineData("58818.5/2019-12-03", 58818.5, 58821)]
    [InlineData("../58849.", double.NegativeInfinity, 58849)]
    public void Intervals_have_their_ends(string text, double start, double end) =>
        Assert.Equal(new UtcInterval(start, end), UtcInterval.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("null")]
    [InlineData("2019-13-01")]
    [InlineData("2019-02-29")]
    [InlineData("0000-01-01")]
    [InlineData("19-02-01")]
    [InlineData("20191201")]
    [InlineData("2019.5")]
    [InlineData("-58818.5")]
    [InlineData("00001.5")]
    [InlineData("58818.5.1")]
    [InlineData("58818,5")]
    [InlineData("58850/58849")]
    [InlineData("2019-2-1")]
    [InlineData("2019-02-01T")]
    [InlineData("2019-02-01T12")]
    [InlineData("2019-02-01T25:00:00Z")]
    [InlineData("2019-02-01T24:00:01Z")]
    [InlineData("2019-02-01T12:60:00Z")]
    [InlineData("2019-02-01T12:00:60Z")]
    [InlineData("2016-12-31T23:59:60+01:00")]
    [InlineData("2019-02-01T12:00:00.Z")]
    [InlineData("2019-02-01T12:00:00Zulu")]
    [InlineData("2019-02-01T12:00:00+24:00")]
    [InlineData("2019-02-01/2019-01-01")]
    [InlineData("2019-02-01/P1D")]
    [InlineData("2019-02-01/2019-02-02/2019-02-03")]
    [InlineData("２０１９-02-01")]
    [InlineData("2019-02-01T12:00:00.00000000000000000000000000000000000000000000000000000000001Z")]
    public void Texts_that_are_no_time_are_rejected(string text) => Assert.Throws<FormatException>(() => UtcInterval.Parse(text));

    [Fact]
    public void Items_have_a_time_a_start_and_an_end_or_nothing()
    {
        Assert.Null(UtcInterval.OfItem(null, null, null));
        Assert.Equal(new UtcInterval(58818, 58819), UtcInterval.OfItem("2019-12-01", null, null));
        Assert.Equal(new UtcInterval(58818, 58820), UtcInterval.OfItem(null, "2019-12-01T00:00:00Z", "2019-12-03T00:00:00Z"));
        Assert.Equal(new UtcInterval(58818, 58820), UtcInterval.OfItem("2019-12-02", "2019-12-01T00:00:00Z", "2019-12-03T00:00:00Z"));
        Assert.Equal(new UtcInterval(58818, 58818.5), UtcInterval.OfItem("2019-12-01T12:00:00Z", "2019-12-01T00:00:00Z", null));
        Assert.Equal(new UtcInterval(55927, 55927), UtcInterval.OfItem(null, "2012-01-01T00:00:00Z", "2012-01-01T00:00:00Z"));
        Assert.Throws<FormatException>(() => UtcInterval.OfItem(null, "2019-12-03", "2019-12-01"));
    }

    [Theory]
    [InlineData("2019-12-01", "2019-12-02", false)]
    [InlineData("2019-12-01", "2019-12-02T00:00:00Z", false)]
    [InlineData("2019-12-02", "2019-12-02T00:00:00Z", true)]
    [InlineData("2019-12-01", "2019-12", true)]
    [InlineData("2019-12-01T00:00:00Z", "2019-12-01T00:00:00Z", true)]
    [InlineData("../2019-12-01", "2019-12-01T23:00:00Z", true)]
    [InlineData("2019-12-01/..", "2019-11-30", false)]
    public void Intervals_overlap_if_they_have_an_instant_in_common(string a, string b, bool overlaps)
    {
        Assert.Equal(overlaps, UtcInterval.Parse(a).Overlaps(UtcInterval.Parse(b)));
        Assert.Equal(overlaps, UtcInterval.Parse(b).Overlaps(UtcInterval.Parse(a)));
    }
}
