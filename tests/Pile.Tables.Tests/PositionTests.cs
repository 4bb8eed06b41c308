using System.Collections.Immutable;
using System.Globalization;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Tables.Tests;

public sealed class PositionTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

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
    public void The_main_ucd_precedes_names_and_the_callers_choice_precedes_both()
    {
        ImmutableArray<ColumnSchema> columns = [Column("ra"), Column("dec"), Column("alpha1", "pos.eq.ra;meta.main"),
            Column("delta1", "POS_EQ_DEC_MAIN")];
        Assert.Equal(["alpha1", "delta1"], PositionColumns.Find(columns).Names);
        PositionColumns named = PositionColumns.Find(columns, new() { RaColumn = "ra", DecColumn = "dec" });
        Assert.Equal(["ra", "dec"], named.Names);
        Assert.Equal("", named.Explanation);
    }

    [Theory]
    [InlineData(null, "by its name")]
    [InlineData("pos.galactic.lon", "by its UCD")]
    [InlineData("pos.galactic.lon;meta.main", "by its main UCD")]
    public void The_explanation_of_galactic_columns_names_what_found_them(string? ucd, string reason) =>
        Assert.Contains($"'glon' ({reason})", PositionColumns.Find([Column("id"), Column("glon", ucd),
            Column("glat", ucd?.Replace("lon", "lat", StringComparison.Ordinal))]).Explanation, StringComparison.Ordinal);

    [Fact]
    public void Errors_about_wide_tables_list_the_most_similar_columns_only()
    {
        ImmutableArray<ColumnSchema> wide = [Column("ra_mean"), Column("dec_mean"),
            .. Enumerable.Range(0, 500).Select(i => Column($"flux{i}"))];
        string message = Assert.Throws<ArgumentException>(() => PositionColumns.Find(wide, new() { RaColumn = "ra_maen" })).Message;
        Assert.Contains("There is no column 'ra_maen'", message, StringComparison.Ordinal);
        Assert.Contains("Similar names: 'ra_mean'", message, StringComparison.Ordinal);
        Assert.DoesNotContain("flux", message, StringComparison.Ordinal);
        message = Assert.Throws<ArgumentException>(() => PositionColumns.Find([.. wide.Skip(2)])).Message;
        Assert.InRange(message.Length, 1, 600);
    }

    [Theory]
    [InlineData("ra", "dec", "RA", "DEC")]
    [InlineData("RA", "DEC", "ra", "dec")]
    [InlineData("RA", "Ra", "ra", "dec")]
    public void The_standard_names_precede_other_spellings_of_them(params string[] names)
    {
        PositionColumns found = PositionColumns.Find([.. names.Select(name => Column(name))]);
        Assert.Equal(("ra", "dec"), (found.Ra.Name, found.Dec.Name));
    }

    [Fact]
    public void Missing_or_ambiguous_columns_are_errors()
    {
        Assert.Contains("No column looks like right ascension. Specify it with PositionOptions.RaColumn. The columns are x, y",
            Assert.Throws<ArgumentException>(() => PositionColumns.Find([Column("x"), Column("y")])).Message, StringComparison.Ordinal);
        Assert.Contains("Several columns could be right ascension: Ra, RA",
            Assert.Throws<ArgumentException>(() => PositionColumns.Find([Column("Ra"), Column("RA"), Column("dec")])).Message,
            StringComparison.Ordinal);
        Assert.Contains("Several columns could be right ascension: RA, ra", // the pair of 'ra' is not known
            Assert.Throws<ArgumentException>(() => PositionColumns.Find([Column("RA"), Column("ra"), Column("DEC")])).Message,
            StringComparison.Ordinal);
        Assert.Contains("There is no column 'nope'",
            Assert.Throws<ArgumentException>(
                () => PositionColumns.Find([Column("ra"), Column("dec")], new() { RaColumn = "nope" })).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("catalog/addendum.csv", "RA", "Dec", ";")]
    [InlineData("catalog/3hsp.csv", "R.A.", "Dec", ",")]
    public async Task Sexagesimal_text_is_converted_like_in_astropy(string file, string ra, string dec, string delimiter)
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
    public async Task Angles_in_text_are_exact_or_rejected(string ra, string dec, double raDeg, double decDeg)
    {
        string path = Write($"ra;dec\n{ra};{dec.Replace("\"", "''", StringComparison.Ordinal)}\n");
        using ITableReader table = Tables.Open(path);
        if (double.IsNaN(decDeg))
        {
            ValueInvalidException e = await Assert.ThrowsAsync<ValueInvalidException>(
                () => ReadAsync(table, PositionColumns.Find(table.Columns)));
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
    public async Task Text_that_is_not_an_angle_is_reported_with_its_row(string ra)
    {
        using ITableReader table = Tables.Open(Write($"ra,dec\n12:00:00,1\n{ra},1\n"));
        ValueInvalidException e = await Assert.ThrowsAsync<ValueInvalidException>(
            () => ReadAsync(table, PositionColumns.Find(table.Columns)));
        Assert.Equal((1L, "ra"), (e.Row, e.Column));
        Assert.Contains(ra, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Undeclared_hours_are_an_error()
    {
        string path = Write("ra,dec\n0.02662528,-77.06529438\n23.9986,10\n");
        using ITableReader table = Tables.Open(path);
        PositionColumns columns = PositionColumns.Find(table.Columns);
        RaUnitUndeclaredException error =
            await Assert.ThrowsAsync<RaUnitUndeclaredException>(() => ReadAsync(table, columns));
        Assert.Contains("PositionOptions.RaUnit = RaUnit.Hours or PositionOptions.RaUnit = RaUnit.Degrees", error.Message,
            StringComparison.Ordinal);
        (double[] ra, _) = await ReadAsync(table, columns, new() { RaUnit = RaUnit.Hours });
        Assert.Equal(23.9986 * 15, ra[1]);
        (ra, _) = await ReadAsync(table, columns, new() { RaUnit = RaUnit.Degrees });
        Assert.Equal(23.9986, ra[1]);
        using ITableReader empty = Tables.Open(Write("ra,dec\n"));
        await ReadAsync(empty, columns);
    }

    [Theory] // real catalogues: stars in hours; fields in degrees that are within 0 to 24, and a whole sky
    [InlineData(0.0266, 23.9986, -88.96, 89.26, true)] // bright stars, hours
    [InlineData(10.2, 10.9, 41, 42, false)] // a field about M 31
    [InlineData(0, 24, -1.25, 1.25, false)] // a part of Stripe 82
    [InlineData(11.5, 12.5, 85.0, 85.6, false)] // NGC 188
    [InlineData(0, 24, -36, -26, false)] // a part of KiDS
    [InlineData(3, 9, -80, 80, false)] // a strip along a meridian
    [InlineData(-0.1, 23, -80, 80, false)]
    [InlineData(0.1, 359.9, -80, 80, false)]
    public void Only_right_ascensions_over_most_of_the_day_and_the_sky_look_like_hours(double minRa, double maxRa, double minDec,
        double maxDec, bool expected) =>
        Assert.Equal(expected, new PositionExtent(minRa, maxRa, minDec, maxDec).LooksLikeHours);

    [Fact]
    public async Task Units_of_columns_are_used()
    {
        File.WriteAllText(folder["t.ecsv"],
            "# %ECSV 1.0\n# ---\n# datatype:\n# - {name: ra, unit: rad, datatype: float64}\n# - {name: dec, unit: arcsec, datatype: "
                + "float64}\nra dec\n3.141592653589793 3600\n");
        using ITableReader table = Tables.Open(folder["t.ecsv"]);
        (double[] ra, double[] dec) = await ReadAsync(table, PositionColumns.Find(table.Columns));
        Assert.Equal(180, ra[0]);
        Assert.Equal(1, dec[0], 1e-15);
    }

    [Fact]
    public async Task Rows_without_position_or_out_of_range_are_reported()
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

    [Fact]
    public void Proper_motions_in_another_frame_are_reported()
    {
        List<string> messages = [];
        using ITableReader moving = Tables.Open(Write("ra,dec,pmra,pmdec\n1,2,3,4\n"));
        _ = new PositionReader(moving, PositionColumns.Find(moving.Columns), new() { Frame = "fk5 J1975", OnMessage = messages.Add });
        Assert.EndsWith("are converted to ICRS. Their proper motions stay as they are, and are used as if they were in ICRS.",
            Assert.Single(messages), StringComparison.Ordinal);
        _ = new PositionReader(moving, PositionColumns.Find(moving.Columns), new() { OnMessage = messages.Add });
        Assert.Single(messages);
    }

    [Theory] // expected: astropy 5.2, SkyCoord(10, 20, frame=…).icrs
    [InlineData("eq_FK5", "J2000", "FK5", "fk5")]
    [InlineData("ICRS", null, "ICRS", null)]
    [InlineData("eq_FK4", "B1950", "FK4", "fk4")]
    [InlineData("eq_FK5", "J1975", "FK5 J1975", "FK5(equinox='J1975')")]
    [InlineData("galactic", null, "GALACTIC", "galactic")]
    [InlineData("ecl_FK5", "J2000", "ECLIPTIC", "barycentricmeanecliptic")]
    public async Task Declared_frames_are_converted(string system, string? equinox, string frame, string? astropy)
    {
        File.WriteAllText(folder["t.vot"],
            $"<VOTABLE><COOSYS ID='c' system='{system}' {(equinox is null ? "" : $"equinox='{equinox}'")}/><RESOURCE><TABLE><FIELD "
                + "name='ra' datatype='double' ref='c'/><FIELD name='dec' datatype='double' ref='c'/>"
            + "<DATA><TABLEDATA><TR><TD>10</TD><TD>20</TD></TR></TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>");
        using ITableReader table = Tables.Open(folder["t.vot"]);
        Assert.Equal(frame, table.FrameOf("ra"));
        List<string> warnings = [];
        PositionOptions options = new() { OnMessage = warnings.Add };
        PositionReader reader = new(table, PositionColumns.Find(table.Columns), options);
        Assert.Equal((frame, frame), (reader.DeclaredFrame, reader.Frame.ToString()));
        (double[] ra, double[] dec) = await ReadAsync(table, PositionColumns.Find(table.Columns));
        if (astropy is null)
        {
            Assert.Equal((10, 20), (ra[0], dec[0]));
            Assert.Empty(warnings);
            return;
        }
        Assert.Contains($"are {frame} and are converted to ICRS", Assert.Single(warnings), StringComparison.Ordinal);
        (double RaDeg, double DecDeg) expected = Icrs(astropy, 10, 20);
        Assert.InRange(Sky.Separation.Arcsec(ra[0], dec[0], expected.RaDeg, expected.DecDeg), 0, 1e-5);
    }

    [Theory] // the columns' UCDs say that they are ecliptic; the file says of which equinox and kind
    [InlineData("ecl_FK5", "J1975", "BarycentricMeanEcliptic(equinox='J1975')")]
    [InlineData("ecl_FK5", "J2000", "BarycentricMeanEcliptic()")]
    [InlineData("ICRS", null, "BarycentricMeanEcliptic()")]
    [InlineData("ecl_FK4", "B1950", null)]
    public async Task Ecliptic_columns_have_the_declared_equinox(string system, string? equinox, string? astropy)
    {
        File.WriteAllText(folder["t.vot"],
            $"<VOTABLE><COOSYS ID='c' system='{system}' {(equinox is null ? "" : $"equinox='{equinox}'")}/><RESOURCE><TABLE><FIELD "
                + "name='x' datatype='double' ref='c' ucd='pos.ecliptic.lon;meta.main'/><FIELD name='y' datatype='double' ref='c' "
                + "ucd='pos.ecliptic.lat;meta.main'/><DATA><TABLEDATA><TR><TD>10</TD><TD>20</TD></TR></TABLEDATA></DATA></TABLE>"
                + "</RESOURCE></VOTABLE>");
        await EclipticAgrees(folder["t.vot"], astropy is null ? null : $"SkyCoord([10.], [20.], unit='deg', frame={astropy})");
    }

    [Theory]
    [InlineData("barycentricmeanecliptic", true)]
    [InlineData("barycentrictrueecliptic", false)]
    [InlineData("geocentricmeanecliptic", false)]
    public async Task Ecliptic_objects_of_astropy_have_their_equinox_or_are_refused(string frame, bool isSupported)
    {
        Python.Run("""
            import sys, astropy.units as u
            from astropy.coordinates import SkyCoord
            from astropy.table import QTable
            position = SkyCoord([10.] * u.deg, [20.] * u.deg, frame=sys.argv[2], equinox='J1975')
            QTable(dict(pos=position)).write(sys.argv[1], format='ascii.ecsv')
            """, folder["t.ecsv"], frame);
        await EclipticAgrees(folder["t.ecsv"], isSupported ? "QTable.read(sys.argv[1], format='ascii.ecsv')['pos']" : null);
    }

    private static async Task EclipticAgrees(string path, string? expected)
    {
        using ITableReader table = Tables.Open(path);
        if (expected is null)
        {
            Assert.Contains("which is not supported", Assert.Throws<SourceUnreadableException>(
                () => new PositionReader(table, PositionColumns.Find(table.Columns))).Message, StringComparison.Ordinal);
            return;
        }
        (double[] ra, double[] dec) = await ReadAsync(table, PositionColumns.Find(table.Columns));
        double[] icrs = [.. Python.Run($"""
            import sys
            from astropy.coordinates import SkyCoord, BarycentricMeanEcliptic
            from astropy.table import QTable
            c = {expected}.icrs[0]
            print(repr(float(c.ra.deg)), repr(float(c.dec.deg)))
            """, path).Split(' ').Select(n => double.Parse(n, System.Globalization.CultureInfo.InvariantCulture))];
        Assert.InRange(Sky.Separation.Arcsec(ra[0], dec[0], icrs[0], icrs[1]), 0, 1e-5);
    }

    [Theory]
    [InlineData("supergalactic", "SUPERGALACTIC")]
    [InlineData("eq_FK5", "FK5")]
    public void The_callers_frame_overrides_the_files_with_a_warning(string declared, string name)
    {
        File.WriteAllText(folder["t.vot"],
            $"<VOTABLE><COOSYS ID='c' system='{declared}'/><RESOURCE><TABLE><FIELD name='ra' datatype='double' ref='c'/><FIELD name='dec' "
                + "datatype='double' ref='c'/></TABLE></RESOURCE></VOTABLE>");
        using ITableReader table = Tables.Open(folder["t.vot"]);
        if (name != "FK5")
            Assert.Contains($"in the frame {name}",
                Assert.Throws<SourceUnreadableException>(() => new PositionReader(table, PositionColumns.Find(table.Columns))).Message,
                StringComparison.Ordinal);
        List<string> warnings = [];
        PositionReader reader = new(table, PositionColumns.Find(table.Columns),
            new PositionOptions { Frame = "fk4", OnMessage = warnings.Add });
        Assert.Equal(Sky.SkyFrame.Fk4, reader.Frame);
        Assert.EndsWith($"PositionOptions.Frame is FK4 for 'ra', but the file declares {name}; PositionOptions.Frame is used.", warnings[0],
            StringComparison.Ordinal);
        ArgumentException unknown = Assert.Throws<ArgumentException>(() =>
            new PositionReader(table, PositionColumns.Find(table.Columns), new PositionOptions { Frame = "fk6" }));
        Assert.Contains("'fk6' is not a supported frame (PositionOptions.Frame)", unknown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Columns_of_another_frame_are_found_if_the_frame_is_specified()
    {
        Assert.Equal(["l", "b"], Positions("galactic", "ra", "dec", "l", "b"));
        Assert.Equal(["GLON", "GLAT"], Positions("galactic", "RAJ2000", "DEJ2000", "GLON", "GLAT"));
        Assert.Equal(["elon", "elat"], Positions("ecliptic", "elon", "elat", "glon", "glat"));
        Assert.Equal(["RAB1950", "DEB1950"], Positions("B1950", "RAJ2000", "DEJ2000", "RAB1950", "DEB1950"));
        Assert.Equal(["RAJ2000", "DEJ2000"], Positions(null, "RAJ2000", "DEJ2000", "RAB1950", "DEB1950", "glon", "glat"));
        Assert.Equal(["glon", "glat"], Positions(null, "glon", "glat", "x"));
        PositionColumns byUcd = PositionColumns.Find([Column("x") with { Ucd = "pos.galactic.lon" },
            Column("y") with { Ucd = "pos.galactic.lat" }]);
        Assert.Equal(["x", "y"], byUcd.Names);
        Assert.Contains("If they are galactic, set PositionOptions.Frame to galactic",
            Assert.Throws<ArgumentException>(() => Positions(null, "l", "b")).Message, StringComparison.Ordinal);
        Assert.Contains("No column looks like galactic longitude. Specify it with PositionOptions.RaColumn",
            Assert.Throws<ArgumentException>(
                () => PositionColumns.Find([Column("ra"), Column("dec")], new() { Frame = "galactic" })).Message, StringComparison.Ordinal);

        string[] Positions(string? frame, params string[] names) =>
            [.. PositionColumns.Find([.. names.Select(n => Column(n))], new PositionOptions { Frame = frame }).Names];
    }

    [Fact]
    public async Task Galactic_text_is_degrees_and_the_name_can_determine_the_frame()
    {
        using ITableReader table = Tables.Open(Write("glon,glat\n266:30:00,-28:56:10.2\n"));
        PositionColumns columns = PositionColumns.Find(table.Columns);
        (double[] ra, double[] dec) = await ReadAsync(table, columns);
        (double RaDeg, double DecDeg) expected = Icrs("galactic", 266.5, -(28 + (56 / 60.0) + (10.2 / 3600)));
        Assert.InRange(Sky.Separation.Arcsec(ra[0], dec[0], expected.RaDeg, expected.DecDeg), 0, 1e-5);
        using ITableReader old = Tables.Open(Write("RAB1950,DEB1950\n10,20\n"));
        (ra, dec) = await ReadAsync(old, PositionColumns.Find(old.Columns));
        expected = Icrs("fk4", 10, 20);
        Assert.InRange(Sky.Separation.Arcsec(ra[0], dec[0], expected.RaDeg, expected.DecDeg), 0, 1e-5);
    }

    [Theory] // FITS 4.0 §8.3
    [InlineData("", null)]
    [InlineData("EQUINOX=1950.0", "FK4")]
    [InlineData("EQUINOX=1975.0", "FK4 B1975")]
    [InlineData("EQUINOX=2000.0", "FK5")]
    [InlineData("EPOCH=1950.0", "FK4")]
    [InlineData("EQUINOX='J2000.0'", "FK5")]
    [InlineData("EQUINOX='B1900'", "FK4 B1900")]
    [InlineData("EQUINOX='J1980'", "FK5 J1980")]
    [InlineData("EPOCH=1976.2;EQUINOX=2000.0", "FK5")]
    [InlineData("EPOCH=2016.0;RADESYS='ICRS'", "ICRS")]
    [InlineData("EPOCH=2016.0;RADESYS='FK5'", "FK5")]
    [InlineData("EPOCH=2016.0", null)]
    [InlineData("EPOCH=2000", "FK5")]
    [InlineData("EPOCH='Quarter 5'", null)]
    [InlineData("EPOCH=0", null)]
    [InlineData("RADESYS='FK4'", "FK4")]
    [InlineData("RADESYS='FK5';EQUINOX=1975.0", "FK5 J1975")]
    [InlineData("RADESYS='ICRS';EQUINOX=2000.0", "ICRS")]
    [InlineData("RADESYS='ICRS';EQUINOX='N/A'", "ICRS")]
    [InlineData("EQUINOX=' ';EPOCH=1950.0", "FK4")]
    [InlineData("RADECSYS='FK5'", "FK5")]
    public void Fits_tables_declare_their_frame_by_the_standard(string cards, string? frame)
    {
        Python.Run("import sys\nfrom astropy.table import Table\nt = Table({'RA': [10.0], 'DEC': [20.0]})\nfor c in "
            + "sys.argv[2].split(';'):\n    if c:\n        k, v = c.split('=')\n        t.meta[k] = eval(v)\nt.write(sys.argv[1])\n",
            folder["t.fits"], cards);
        using ITableReader table = Tables.Open(folder["t.fits"]);
        Assert.Equal(frame, new PositionReader(table, PositionColumns.Find(table.Columns)).DeclaredFrame);
    }

    private static (double RaDeg, double DecDeg) Icrs(string astropy, double lon, double lat)
    {
        string[] words = Python.Run("import sys\nfrom astropy.coordinates import SkyCoord, FK5\nf = sys.argv[1]\nc = "
            + "SkyCoord(float(sys.argv[2]), float(sys.argv[3]), unit='deg', frame=eval(f) if '(' in f else "
            + "f).icrs\nprint(repr(float(c.ra.deg)), repr(float(c.dec.deg)))", astropy,
            lon.ToString("R", CultureInfo.InvariantCulture), lat.ToString("R", CultureInfo.InvariantCulture)).Split(' ');
        return (double.Parse(words[0], CultureInfo.InvariantCulture), double.Parse(words[1], CultureInfo.InvariantCulture));
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

    public void Dispose() => folder.Dispose();

    private static async Task<(double[] RaDeg, double[] DecDeg)> ReadAsync(ITableReader table, PositionColumns columns,
        PositionOptions? options = null)
    {
        PositionReader reader = new(table, columns, options);
        List<double> ra = [], dec = [];
        await foreach (RowBatch batch in table.ReadAsync([columns.Ra.Name, columns.Dec.Name],
            cancellationToken: TestContext.Current.CancellationToken))
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
        File.WriteAllText(folder["t.csv"], text);
        return folder["t.csv"];
    }
}
