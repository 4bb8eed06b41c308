using System.Collections.Immutable;
using System.Globalization;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Tables.Tests;

public sealed class PositionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("catalog/result.vot", "ra", "dec", "designation")]
    [InlineData("catalog/result.fits", "ra", "dec", "source_id")]
    [InlineData("catalog/small_sky.parquet", "ra", "dec", "id")]
    [InlineData("catalog/addendum.csv", "RA", "Dec", "Name")]
    [InlineData("catalog/3hsp.csv", "R.A.", "Dec", "id")]
    [InlineData("catalog/sweep-330m005-340p000.fits", "RA", "DEC", "OBJID")]
    public void Finds_the_usual_columns(string file, string ra, string dec, string id)
    {
        using ITableReader table = Tables.Open(TestPaths.Data(file));
        PositionColumns found = PositionColumns.Find(table.Columns);
        Assert.Equal((ra, dec), (found.Ra.Name, found.Dec.Name));
        Assert.Contains($"'{ra}'", found.Explanation, StringComparison.Ordinal);
        Assert.True(found.Id is null || found.Id.Name == id || file.EndsWith("vot", StringComparison.Ordinal), found.Explanation);
    }

    [Fact]
    public void Finds_motion_epoch_and_errors()
    {
        using ITableReader table = Tables.Open(TestPaths.Data("catalog/result.vot"));
        PositionColumns found = PositionColumns.Find(table.Columns);
        Assert.Equal(["ra", "dec", "source_id", "pmra", "pmdec", "ref_epoch", "ra_error", "dec_error"], found.Names);
        Assert.DoesNotContain("motion", found.Explanation, StringComparison.Ordinal);
        Assert.DoesNotContain("epoch", found.Explanation, StringComparison.Ordinal);
    }

    [Fact]
    public void The_main_ucd_goes_before_names_and_the_callers_word_before_both()
    {
        ImmutableArray<ColumnSchema> columns = [Column("ra"), Column("dec"), Column("alpha1", "pos.eq.ra;meta.main"), Column("delta1", "POS_EQ_DEC_MAIN")];
        Assert.Equal(["alpha1", "delta1"], PositionColumns.Find(columns).Names);
        PositionColumns named = PositionColumns.Find(columns, "ra", "dec");
        Assert.Equal(["ra", "dec"], named.Names);
        Assert.Equal("", named.Explanation);
    }

    [Fact]
    public void What_is_missing_or_ambiguous_is_asked_for()
    {
        Assert.Contains("No column looks like right ascension. Name it with --ra. The columns are x, y", Assert.Throws<ArgumentException>(() => PositionColumns.Find([Column("x"), Column("y")])).Message, StringComparison.Ordinal);
        Assert.Contains("Several columns could be right ascension: ra, RA", Assert.Throws<ArgumentException>(() => PositionColumns.Find([Column("ra"), Column("RA"), Column("dec")])).Message, StringComparison.Ordinal);
        Assert.Contains("There is no column 'nope'", Assert.Throws<ArgumentException>(() => PositionColumns.Find([Column("ra"), Column("dec")], ra: "nope")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("catalog/addendum.csv", "RA", "Dec", ";")]
    [InlineData("catalog/3hsp.csv", "R.A.", "Dec", ",")]
    public async Task Sexagesimal_text_is_converted_as_astropy_does(string file, string ra, string dec, string delimiter)
    {
        string[] expected = Python.Run("""
            import sys, numpy as np
            from astropy.table import Table
            from astropy.coordinates import Angle
            path, ra, dec, delimiter = sys.argv[1:]
            t = Table.read(path, format='ascii.basic', delimiter=delimiter)
            for a, d in zip(t[ra], t[dec]):
                if a is np.ma.masked or str(a) == 'N/A' or not str(a): print('nan nan')
                else: print(repr(Angle(str(a) + ' hours').deg), repr(Angle(str(d) + ' degrees').deg))
            """, TestPaths.Data(file), ra, dec, delimiter).TrimEnd().Split('\n');
        using ITableReader table = Tables.Open(TestPaths.Data(file));
        (double[] raDeg, double[] decDeg) = await ReadAsync(table, PositionColumns.Find(table.Columns));
        Assert.Equal(expected.Length, raDeg.Length);
        for (int row = 0; row < expected.Length; row++)
        {
            double[] angles = [.. expected[row].Split(' ').Select(a => double.Parse(a, CultureInfo.InvariantCulture))];
            Assert.Equal(angles[0], raDeg[row], 1e-12);
            Assert.Equal(angles[1], decDeg[row], 1e-12);
        }
    }

    [Theory]
    [InlineData("12:34:56.7", "-00:30:00", 188.73625, -0.5)]
    [InlineData("12 34 56.7", "−00 30 36", 188.73625, -0.51)]
    [InlineData("12h34m56.7s", "-0d30m36s", 188.73625, -0.51)]
    [InlineData("12h 34m", "+89°59'60\"", 188.5, 90)]
    [InlineData("188d44m10.5s", "12.5", 188.73625, 12.5)]
    [InlineData("00:00:00.000001", "0:0:1e-6", 1.0 / 240e6, double.NaN)]
    public async Task Angles_in_text_are_exact_or_refused(string ra, string dec, double raDeg, double decDeg)
    {
        string path = Write($"ra;dec\n{ra};{dec.Replace("\"", "''", StringComparison.Ordinal)}\n");
        using ITableReader table = Tables.Open(path);
        if (double.IsNaN(decDeg))
        {
            ValueInvalidException e = await Assert.ThrowsAsync<ValueInvalidException>(() => ReadAsync(table, PositionColumns.Find(table.Columns)));
            Assert.Equal((0L, "dec"), (e.Row, e.Column));
            return;
        }
        (double[] ras, double[] decs) = await ReadAsync(table, PositionColumns.Find(table.Columns));
        Assert.Equal(raDeg, ras[0]);
        Assert.Equal(decDeg, decs[0]);
    }

    [Theory]
    [InlineData("12:60:00")]
    [InlineData("12:34:61")]
    [InlineData("12:34:56:78")]
    [InlineData("12.5:30:00")]
    [InlineData("12::30")]
    [InlineData("M31")]
    [InlineData("12x34y")]
    [InlineData("12:34:56.7 J2000")]
    public async Task What_is_no_angle_is_named_with_its_row(string ra)
    {
        using ITableReader table = Tables.Open(Write($"ra,dec\n12:00:00,1\n{ra},1\n"));
        ValueInvalidException e = await Assert.ThrowsAsync<ValueInvalidException>(() => ReadAsync(table, PositionColumns.Find(table.Columns)));
        Assert.Equal((1L, "ra"), (e.Row, e.Column));
        Assert.Contains(ra, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hours_read_as_degrees_are_warned_about()
    {
        string path = Write("ra,dec\n0.02662528,-77.06529438\n23.9986,10\n");
        List<string> warnings = [];
        using ITableReader table = Tables.Open(path);
        PositionColumns columns = PositionColumns.Find(table.Columns);
        await ReadAsync(table, columns, new() { OnWarning = warnings.Add });
        Assert.StartsWith("RA looks like hours", Assert.Single(warnings), StringComparison.Ordinal);
        warnings.Clear();
        (double[] ra, _) = await ReadAsync(table, columns, new() { RaUnit = RaUnit.Hours, OnWarning = warnings.Add });
        Assert.Equal(23.9986 * 15, ra[1]);
        using ITableReader empty = Tables.Open(Write("ra,dec\n"));
        await ReadAsync(empty, columns, new() { OnWarning = warnings.Add });
        Assert.Empty(warnings);
    }

    [Fact]
    public async Task Units_of_columns_count()
    {
        File.WriteAllText(_folder["t.ecsv"], "# %ECSV 1.0\n# ---\n# datatype:\n# - {name: ra, unit: rad, datatype: float64}\n# - {name: dec, unit: arcsec, datatype: float64}\nra dec\n3.141592653589793 3600\n");
        using ITableReader table = Tables.Open(_folder["t.ecsv"]);
        (double[] ra, double[] dec) = await ReadAsync(table, PositionColumns.Find(table.Columns));
        Assert.Equal(180, ra[0]);
        Assert.Equal(1, dec[0], 1e-15);
    }

    [Fact]
    public async Task Rows_without_position_or_out_of_range_are_numbered()
    {
        using ITableReader table = Tables.Open(Write("ra,dec\n1,2\n,2\n1,NaN\n400,-95\n-10,5\n"));
        PositionReader reader = new(table, PositionColumns.Find(table.Columns));
        await foreach (RowBatch batch in table.ReadAsync(cancellationToken: TestContext.Current.CancellationToken))
        {
            PositionBatch positions = reader.Read(batch);
            Assert.Equal([1L, 2L], positions.RowsWithoutPosition);
            Assert.Equal([3L], positions.RowsOutOfRange);
        }
    }

    [Theory]
    [InlineData("eq_FK5", "J2000", "FK5", true)]
    [InlineData("ICRS", null, "ICRS", true)]
    [InlineData("eq_FK4", "B1950", "FK4", false)]
    [InlineData("eq_FK5", "J1975", "FK5 J1975", false)]
    [InlineData("galactic", null, "GALACTIC", false)]
    public void Frames_are_recognised_and_only_icrs_and_fk5_accepted(string system, string? equinox, string frame, bool isAccepted)
    {
        File.WriteAllText(_folder["t.vot"], $"<VOTABLE><COOSYS ID='c' system='{system}' {(equinox is null ? "" : $"equinox='{equinox}'")}/><RESOURCE><TABLE><FIELD name='ra' datatype='double' ref='c'/><FIELD name='dec' datatype='double' ref='c'/></TABLE></RESOURCE></VOTABLE>");
        using ITableReader table = Tables.Open(_folder["t.vot"]);
        Assert.Equal(frame, table.FrameOf("ra"));
        List<string> warnings = [];
        PositionOptions options = new() { OnWarning = warnings.Add };
        if (isAccepted)
            Assert.Equal(frame, new PositionReader(table, PositionColumns.Find(table.Columns), options).DeclaredFrame);
        else
            Assert.Contains(frame, Assert.Throws<SourceUnreadableException>(() => new PositionReader(table, PositionColumns.Find(table.Columns), options)).Message, StringComparison.Ordinal);
        Assert.Equal(frame == "FK5" ? 1 : 0, warnings.Count);
    }

    [Theory]
    [InlineData("mas", "deg", 1 / 3.6e6)]
    [InlineData("mas / yr", "arcsec/yr", 1e-3)]
    [InlineData("erg/s/cm**2/Angstrom", "W/m^2/m", 1e7)]
    [InlineData("10**-17 erg.s-1.cm-2.Angstrom-1", "erg/s/cm2/Angstrom", 1e-17)]
    [InlineData("km.s**-1", "m/s", 1e3)]
    [InlineData("nmgy", "nmgy", 1)]
    [InlineData("nanomaggy", "Jy", double.NaN)]
    [InlineData("deg", "s", double.NaN)]
    [InlineData("mag", "Jy", double.NaN)]
    public void Units_convert_by_a_factor_or_not_at_all(string from, string to, double expected)
    {
        Assert.Equal(!double.IsNaN(expected), Units.TryConvert(from, to, out double factor));
        if (!double.IsNaN(expected))
            Assert.Equal(1, factor / expected, 1e-14);
    }

    public void Dispose() => _folder.Dispose();

    private static async Task<(double[] RaDeg, double[] DecDeg)> ReadAsync(ITableReader table, PositionColumns columns, PositionOptions? options = null)
    {
        PositionReader reader = new(table, columns, options);
        List<double> ra = [], dec = [];
        await foreach (RowBatch batch in table.ReadAsync([columns.Ra.Name, columns.Dec.Name], cancellationToken: TestContext.Current.CancellationToken))
        {
            PositionBatch positions = reader.Read(batch);
            ra.AddRange(positions.RaDeg.Span);
            dec.AddRange(positions.DecDeg.Span);
        }
        reader.Complete();
        return ([.. ra], [.. dec]);
    }

    private static ColumnSchema Column(string name, string? ucd = null) => new() { Name = name, DType = DType.Float64, Ucd = ucd };

    private string Write(string text)
    {
        File.WriteAllText(_folder["t.csv"], text);
        return _folder["t.csv"];
    }
}
