using System.Globalization;
using Pile.Format;
using Pile.Reading;

namespace Pile.Layers.Tests;

/// <summary>The types of values that a writer takes: each is exact in its field, or an error.</summary>
public sealed class WrittenValuesTests(LayerFixture fixture) : IClassFixture<LayerFixture>
{
    [Fact]
    public async Task Arrays_times_and_unsigned_integers_are_read_as_they_were_set()
    {
        string layer = await fixture.NewLayerAsync();
        await using (LayerWriter writer = await LayerWriter.OpenAsync(layer))
        {
            writer.DeclareType("short", "list<int16>");
            writer.Set(1, "short", (int[])[1, -2, short.MaxValue]);
            writer.Set(2, "short", (int[])[]);
            writer.Set(1, "long", (long[])[long.MinValue, 3]);
            writer.Set(2, "long", (int[])[-7]);
            writer.Set(1, "single", (float[])[0.1f, float.NaN]);
            writer.Set(1, "double", (double[])[0.1, double.NegativeInfinity]);
            writer.Set(2, "double", (float[])[0.5f]);
            writer.Set(1, "flags", (bool[])[true, false, true]);
            writer.Set(1, "tags", (string[])["a, b", "", "é😀", "[\"]"]);
            writer.Set(2, "tags", (string[])[]);
            writer.DeclareType("json", "list<string>");
            writer.Set(1, "json", """["a, b", "", "\u00e9", "[\"]\\"]""");
            writer.Set(1, "large", ulong.MaxValue);
            writer.Set(2, "large", 0UL);
            writer.Set(1, "seen", new DateTime(2026, 2, 28, 12, 30, 15, DateTimeKind.Utc).AddTicks(1_234_560));
            writer.Set(2, "seen", "2000-01-01T12:00:00Z");
            writer.Set(2, "single", null);
            await writer.CommitAsync("values");
        }
        await using Dataset dataset = await Dataset.OpenAsync(fixture.Dataset, fixture.Options with { Layers = [layer] });
        RowReader reader = await dataset.OpenRowsByIdAsync([1, 2, 3],
            dataset.Query().Columns("short", "long", "single", "double", "flags", "large", "seen", "tags", "json"));
        RowBatch rows = await reader.ReadAllAsync().SingleAsync();
        RequireList<short>("short", [1, -2, short.MaxValue], []);
        RequireList<long>("long", [long.MinValue, 3], [-7]);
        RequireList<float>("single", [0.1f, float.NaN], null);
        RequireList<double>("double", [0.1, double.NegativeInfinity], [0.5]);
        RequireList<bool>("flags", [true, false, true], null);
        Assert.Equal([ulong.MaxValue, 0], rows.Values<ulong>("large")[..2].ToArray());
        // 2026-02-28 is day 61099 of MJD, by astropy; a DateTime of 0.1234560 s.
        Assert.Equal(61099 + ((45_015 + 0.123456) / 86_400), rows.Values<double>("seen")[0], 1e-11);
        Assert.Equal(51544.5, rows.Values<double>("seen")[1]);
        RequireTexts("tags", ["a, b", "", "é😀", "[\"]"], []);
        RequireTexts("json", ["a, b", "", "é", "[\"]\\"], null);
        Assert.True(rows["large"].IsNullAt(2) && rows["seen"].IsNullAt(2) && rows["short"].IsNullAt(2) && rows["tags"].IsNullAt(2));

        void RequireTexts(string name, string[] first, string[]? second)
        {
            TextColumnData column = (TextColumnData)rows[name];
            Assert.Equal(first, Enumerable.Range(0, column.ElementsOf(0)).Select(i => column.Text(0, i)));
            Assert.Equal((second is null, second?.Length ?? 0), (column.IsNullAt(1), column.ElementsOf(1)));
        }

        void RequireList<T>(string name, T[] first, T[]? second) where T : unmanaged
        {
            ColumnData<T> column = (ColumnData<T>)rows[name];
            Assert.Equal(first, column.Row(0).ToArray());
            Assert.Equal(second is null, column.IsNullAt(1));
            Assert.Equal(second ?? [], column.Row(1).ToArray());
        }
    }

    [Fact]
    public async Task Times_are_read_in_a_culture_with_another_minus_sign()
    {
        string layer = await fixture.NewLayerAsync();
        await using (LayerWriter writer = await LayerWriter.OpenAsync(layer))
        {
            writer.Set(1, "seen", new DateTime(1999, 1, 1, 0, 0, 0, DateTimeKind.Utc));
            await writer.CommitAsync("a time");
        }
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo swedish = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            swedish.NumberFormat.NegativeSign = "\u2212";
            CultureInfo.CurrentCulture = swedish;
            await using Dataset dataset = await Dataset.OpenAsync(fixture.Dataset, fixture.Options with { Layers = [layer] });
            RowReader reader = await dataset.OpenRowsByIdAsync([1], dataset.Query().Columns("seen"));
            RowBatch rows = await reader.ReadAllAsync().SingleAsync();
            Assert.Equal(51179.0, rows.Values<double>("seen")[0]); // astropy
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public async Task Values_that_are_not_exact_are_errors()
    {
        string layer = await fixture.NewLayerAsync();
        await using LayerWriter writer = await LayerWriter.OpenAsync(layer);
        foreach (object value in (object[])[new uint[] { uint.MaxValue }, new ulong[] { 1 }, new[] { 'a' }, new sbyte[] { 1 }, 1u, 1m,
            new[,] { { 1 } }, DateTimeOffset.UnixEpoch])
            Assert.Contains($"is of type {value.GetType().Name}, but values are bool, ",
                Assert.Throws<ArgumentException>(() => writer.Set(1, "x", value)).Message, StringComparison.Ordinal);
        foreach (DateTimeKind kind in (DateTimeKind[])[DateTimeKind.Local, DateTimeKind.Unspecified])
            Assert.Contains($"'x' of 1 is a DateTime of the kind {kind}, but times are in UTC.",
                Assert.Throws<ArgumentException>(() => writer.Set(1, "x", new DateTime(2026, 1, 1, 0, 0, 0, kind))).Message,
                StringComparison.Ordinal);
        Assert.Contains("'x' of 1: text 1 of the array, counted from 0, is null", Assert.Throws<ArgumentException>(
            () => writer.Set(1, "x", new[] { "a", null })).Message, StringComparison.Ordinal);
        await RejectedAsync<ValueInvalidException>("exact as list<int32>", "list<int32>", (object)(string[])["1"]);
        await RejectedAsync<ValueInvalidException>("exact as list<string>", "list<string>", (int[])[1]);
        await RejectedAsync<ValueInvalidException>("a is not a list of texts in JSON", "list<string>", "a");
        await RejectedAsync<ArgumentException>("types without a common one: String[] (row 0), String (row 1).", null, (string[])["a"], "a");
        await RejectedAsync<ArgumentException>("types without a common one: String[] (row 0), Int32[] (row 1).", null, (string[])["a"],
            (int[])[1]);
        await RejectedAsync<ValueInvalidException>("exact as list<int16>", "list<int16>", (int[])[short.MaxValue + 1]);
        await RejectedAsync<ValueInvalidException>("exact as list<float32>", "list<float32>", (double[])[0.1]);
        await RejectedAsync<ValueInvalidException>("exact as time", "time", DateTime.UnixEpoch.AddTicks(1));
        await RejectedAsync<ArgumentException>("declared as string, but a value is a DateTime", "string", DateTime.UnixEpoch);
        await RejectedAsync<ArgumentException>("types without a common one: Int32[] (row 0), Int32 (row 1).", "list<int32>", (int[])[1], 2);
        await RejectedAsync<ArgumentException>("types without a common one: UInt64 (row 0), Int64 (row 1).", null, 1UL, -1L);
        await RejectedAsync<ArgumentException>("types without a common one: DateTime (row 0), Int32 (row 1).", null, DateTime.UnixEpoch, 1);

        async Task RejectedAsync<T>(string expected, string? type, params object[] values) where T : Exception
        {
            await using LayerWriter fresh = await LayerWriter.OpenAsync(layer);
            if (type is not null)
                fresh.DeclareType("x", type);
            for (int i = 0; i < values.Length; i++)
                fresh.Set(i, "x", values[i]);
            Assert.Contains(expected, (await Assert.ThrowsAsync<T>(() => fresh.CommitAsync("rejected"))).Message, StringComparison.Ordinal);
        }
    }
}
