using Pile.Format;
using Pile.TestKit;

namespace Pile.Writing.Tests.Spill;

/// <summary>Invalid rows are rejected when they are appended, with file, row, column and value.</summary>
public sealed class CheckTests : IAsyncDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly DatasetWriter writer;

    public CheckTests() => writer = DatasetWriter.Create(folder["zoo"], Zoo.Spec with { Order = 0 }, new WriterSettings());

    public async ValueTask DisposeAsync()
    {
        await writer.DisposeAsync();
        folder.Dispose();
    }

    [Theory]
    [InlineData(double.NaN, 0, "ra", "NaN")]
    [InlineData(double.PositiveInfinity, 0, "ra", "Infinity")]
    [InlineData(-1e-9, 0, "ra", "-1E-09")]
    [InlineData(360.0001, 0, "ra", "360.0001")]
    [InlineData(10, 90.5, "dec", "90.5")]
    [InlineData(10, double.NaN, "dec", "NaN")]
    public void Invalid_positions_are_rejected(double ra, double dec, string column, string value)
    {
        using UnitSpill spill = writer.BeginUnit("u", Zoo.Source("m31.fits"));
        spill.Append(Zoo.Positions([1, 2]));
        ValueInvalidException e = Assert.Throws<ValueInvalidException>(() => spill.Append(At([5, ra], [5, dec])));
        Assert.Equal(("m31.fits", 3, column), (e.SourcePath, e.Row, e.Column));
        Assert.Contains($" {value} is not a ", e.Message);
    }

    [Theory]
    [InlineData("mjd", double.PositiveInfinity, "Infinity")]
    [InlineData("mjd_end", double.NegativeInfinity, "-Infinity")]
    public void Infinite_times_are_rejected_and_missing_ones_are_not(string column, double mjd, string value)
    {
        using UnitSpill spill = writer.BeginUnit("u", Zoo.Source("m31.fits"));
        spill.Append(new([.. At([1, 2], [0, 0]).Columns,
            new ColumnData<double>(Zoo.Common(column, DType.Float64), new[] { 59000, double.NaN })]));
        ValueInvalidException e = Assert.Throws<ValueInvalidException>(() => spill.Append(new([.. At([3, 4], [0, 0]).Columns,
            new ColumnData<double>(Zoo.Common(column, DType.Float64), new[] { 59000, mjd })])));
        Assert.Equal(("m31.fits", 3, column), (e.SourcePath, e.Row, e.Column));
        Assert.Contains($" {value} is not a finite time. ", e.Message);
    }

    [Fact]
    public async Task Right_ascension_360_is_0()
    {
        using (UnitSpill spill = writer.BeginUnit("u", []))
        {
            spill.Append(At([360, 0.5], [90, -90]));
            spill.Complete();
        }
        await writer.CommitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["0.0", "0.5"], SqlRows.Of($"SELECT ra FROM {Datasets.Tiles(folder["zoo"])} ORDER BY 1").Select(r => r[0]));
    }

    [Fact]
    public async Task An_id_in_two_units_is_rejected_with_both_rows()
    {
        Datasets.Fill(writer, "first", Zoo.Positions([1, 2, 3]));
        Datasets.Fill(writer, "second", Zoo.Positions([4, 5]), Zoo.Positions([6, 2]));
        ValueInvalidException e = await Assert.ThrowsAsync<ValueInvalidException>(
            () => writer.CommitAsync(TestContext.Current.CancellationToken));
        Assert.StartsWith("second.fits, row 3, column 'object_id': '2' is not unique: row 1 of first.fits has it as well.", e.Message);
    }

    [Fact]
    public async Task Text_ids_are_trimmed_sorted_by_bytes_and_must_not_be_empty()
    {
        string[] ids = ["b  ", "a", "Z", "é", "\U0001F52D", "\uFFFD"];
        using (UnitSpill spill = writer.BeginUnit("u", []))
        {
            spill.Append(Named(ids));
            Assert.Throws<ValueInvalidException>(() => spill.Append(Named(["x", "  "])));
            Assert.Throws<ValueInvalidException>(() => spill.Append(Named(["x\0y"])));
            spill.Complete();
        }
        await writer.CommitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["Z", "a", "b", "é", "\uFFFD", "\U0001F52D"],
            SqlRows.Of($"SELECT object_id FROM {Datasets.Tiles(folder["zoo"])}").Select(r => r[0]));
        Assert.Equal("b'Z' 4\n", Python.Run("""
            import glob, sys, h5py
            f = h5py.File(glob.glob(sys.argv[1] + "/main/*/*.hdf5")[0])
            print(f["object_id"][0], f["object_id"].dtype.itemsize)
            """, folder["zoo"]));

        static RowBatch Named(string[] ids) => new([TextColumnData.From(Zoo.Common("object_id", DType.String), ids),
            new ColumnData<double>(Zoo.Common("ra", DType.Float64), new double[ids.Length]),
            new ColumnData<double>(Zoo.Common("dec", DType.Float64), new double[ids.Length])]);
    }

    [Fact]
    public void Missing_ids_reserved_names_and_wrong_standard_columns_are_rejected()
    {
        using UnitSpill spill = writer.BeginUnit("u", Zoo.Source("m31.fits"));
        Assert.Contains("object_id",
            Assert.Throws<SchemaMismatchException>(() => spill.Append(new RowBatch(Zoo.PositionColumns([1]).Skip(1)))).Message);
        foreach (string name in (string[])["healpix", "_healpix_29", "_pile_x"])
            Assert.Equal(name, Assert.Throws<SchemaMismatchException>(() => spill.Append(With(Native(name)))).Column);
        SchemaMismatchException e = Assert.Throws<SchemaMismatchException>(
            () => spill.Append(With(new ColumnData<int>(new ColumnSchema
            {
                Name = "mjd",
                DType = DType.Int32,
                Unit = "d",
                Role = ColumnRole.Standard
            }, new int[1]))));
        Assert.Contains("m31.fits, column 'mjd': the modality 'catalogue' defines it as float64 of rank 0, found int32 of rank 0",
            e.Message);
        e = Assert.Throws<SchemaMismatchException>(
            () => spill.Append(With(new ColumnData<double>(new ColumnSchema
            {
                Name = "ra_error",
                DType = DType.Float64,
                Unit = "deg",
                Role = ColumnRole.Standard
            }, new double[1]))));
        Assert.Contains("in mas, found 'deg'", e.Message);
        e = Assert.Throws<SchemaMismatchException>(
            () => spill.Append(new RowBatch([.. Zoo.PositionColumns([1]).Take(2),
                new ColumnData<float>(new ColumnSchema { Name = "dec", DType = DType.Float32, Unit = "deg" }, new float[1])])));
        Assert.Equal("dec", e.Column);
        ColumnData<long> id = new(Zoo.Common("object_id", DType.Int64), new long[2], new[] { false, true });
        ValueInvalidException missing =
            Assert.Throws<ValueInvalidException>(() => spill.Append(new RowBatch([id, .. Zoo.PositionColumns([1, 2]).Skip(1)])));
        Assert.Equal((1L, "object_id"), (missing.Row, missing.Column));

        static ColumnData Native(string name) =>
            new ColumnData<double>(new ColumnSchema { Name = name, DType = DType.Float64 }, new double[1]);
        static RowBatch With(ColumnData column) => new([.. Zoo.PositionColumns([1]), column]);
    }

    private static RowBatch At(double[] ra, double[] dec) => new([
        new ColumnData<long>(Zoo.Common("object_id", DType.Int64), ra.Select((_, i) => 100L + i).ToArray()),
        new ColumnData<double>(Zoo.Common("ra", DType.Float64), ra), new ColumnData<double>(Zoo.Common("dec", DType.Float64), dec)]);
}
