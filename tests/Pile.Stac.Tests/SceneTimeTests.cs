using System.Globalization;
using Pile.TestKit;

namespace Pile.Stac.Tests;

public class SceneTimeTests
{
    [Fact]
    public void Times_equal_those_of_python()
    {
        string[] texts =
        [
            "2020-07-14T11:55:52Z", "2020-07-14t11:55:52z", "2020-07-14T11:55:52.123456Z", "2016-05-12 23:50:37.621730Z",
                "2020-01-01T00:30:00+01:00",
            "2020-12-31T23:30:00-01:30", "1992-03-23 23:14:13", "1582-10-15T00:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z",
            "2020-02-29T12:00:00+00:00",
        ];
        string[] expected = Python.Run("""
            import datetime, sys
            for t in sys.argv[1:]:
                t = datetime.datetime.fromisoformat(t.upper().replace('Z', '+00:00'))
                t = t.replace(tzinfo=None) - (t.utcoffset() or datetime.timedelta())
                print(repr((t - datetime.datetime(1858, 11, 17)) / datetime.timedelta(days=1)))
            """, texts).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        for (int i = 0; i < texts.Length; i++)
        {
            Assert.True(SceneTimeText.TryParse(texts[i], out double start, out double end), texts[i]);
            Assert.Equal(double.Parse(expected[i], CultureInfo.InvariantCulture), start, 2e-11);
            Assert.Equal(start, end);
        }
    }

    [Fact]
    public void A_date_is_an_interval_of_a_day()
    {
        Assert.True(SceneTimeText.TryParse("2019-12-01", out double start, out double end));
        Assert.Equal((58818, 58819), (start, end));
    }

    [Fact]
    public void Times_of_a_day_with_a_leap_second_are_those_of_astropy()
    {
        string[] texts = ["2016-12-31T23:59:60Z", "2016-12-31T23:59:60.5Z", "2017-01-01T02:59:60+03:00", "2016-12-31T12:00:00Z",
            "2016-12-31T00:00:00Z", "2017-01-01T00:00:00Z", "2015-07-01T08:00:00.25+09:00", "1972-06-30T18:00:00Z"];
        string[] expected = Python.Run("""
            import sys
            from datetime import datetime, timezone
            from astropy.time import Time
            leap = {'2016-12-31T23:59:60Z': '2016-12-31T23:59:60', '2016-12-31T23:59:60.5Z': '2016-12-31T23:59:60.5',
                    '2017-01-01T02:59:60+03:00': '2016-12-31T23:59:60'} # which datetime does not read
            for text in sys.argv[1:]:
                utc = leap.get(text) or datetime.fromisoformat(text).astimezone(timezone.utc).replace(tzinfo=None).isoformat()
                print(repr(float(Time(utc, scale='utc').mjd)))
            """, texts).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        for (int i = 0; i < texts.Length; i++)
        {
            Assert.True(SceneTimeText.TryParse(texts[i], out double start, out double end), texts[i]);
            Assert.Equal(double.Parse(expected[i], CultureInfo.InvariantCulture), start, 2e-11);
            Assert.Equal(start, end);
        }
        Assert.True(SceneTimeText.TryParse("2020-06-30T23:59:60Z", out double midnight, out _)); // had no leap second
        Assert.Equal(59031, midnight);
    }

    [Theory]
    [InlineData("")]
    [InlineData("2020")]
    [InlineData("2020-13-01")]
    [InlineData("2021-02-29")]
    [InlineData("0000-01-01")]
    [InlineData("2020-07-14T")]
    [InlineData("2020-07-14T11:55")]
    [InlineData("2020-07-14T24:00:00Z")]
    [InlineData("2020-07-14T11:55:60Z")]
    [InlineData("2020-07-14T23:59:60Z")]
    [InlineData("2020-07-14T11:55:52.Z")]
    [InlineData("2020-07-14T11:55:52+25:00")]
    [InlineData("2020-07-14T11:55:52Zulu")]
    [InlineData("2020-07-14T11:55:52 PM")]
    [InlineData("14/07/2020 11:55:52")]
    [InlineData("٢٠٢٠-07-14T11:55:52Z")]
    public void Other_texts_are_rejected(string text) => Assert.False(SceneTimeText.TryParse(text, out _, out _));

    [Theory]
    [InlineData("\"datetime\": null", "datetime")]
    [InlineData("\"datetime\": 5", "datetime")]
    [InlineData("\"datetime\": null, \"start_datetime\": \"2020-01-01T00:00:00Z\"", "end_datetime")]
    [InlineData("\"datetime\": null, \"start_datetime\": \"2020-01-02T00:00:00Z\", \"end_datetime\": \"2020-01-01T00:00:00Z\"",
        "end_datetime")]
    public void Errors_name_the_member(string time, string member)
    {
        string item = $$$"""{"type":"Feature","id":"a","geometry":{},"properties":{ {{{time}}} },"assets":{"a":{"href":"b"} } }""";
        SceneInvalidException e = Assert.Throws<SceneInvalidException>(() =>
            StacItem.Parse(System.Text.Encoding.UTF8.GetBytes(item), "a.json"));
        Assert.EndsWith(member, e.Field, StringComparison.Ordinal);
    }
}
