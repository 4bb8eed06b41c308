using Pile.Format;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources.Spectrum;

/// <summary>Spectra in tables that are not FITS, and positions in a catalogue.</summary>
public class SpectrumTableTests
{
    private const string Catalogue = """
        catalogue: { file: objects.csv, id: name, ra: ra, dec: dec, ra_unit: hours }
        mjd: observed
        time_scale: UTC

        """;

    [Theory]
    [InlineData("ascii", "s.txt", "col1, unit: Angstrom", "col2", "col3")]
    [InlineData("csv", "s.csv.gz", "wave, unit: um", "flux", "err")]
    [InlineData("ecsv", "s.ecsv", "wave", "flux", "err")]
    [InlineData("votable", "s.vot", "wave", "flux", "err")]
    public async Task Tables_of_other_formats_agree_with_astropy(string format, string name, string wave, string flux, string error)
    {
        using TemporaryFolder folder = new();
        Make(folder.Path, format, name);
        bool hasUnits = format is "ecsv" or "votable";
        RowBatch row = await SpectrumRows.Read($"files: {name}\nflux: {flux}\nwavelength: {{ column: {wave}, medium: air }}\n"
            + $"ivar: {{ column: {error}, kind: rms }}\n{Catalogue}unit: 10**-17 erg s-1 cm-2 Angstrom-1\n"
            + (hasUnits ? "" : "file_unit: erg s-1 cm-2 Angstrom-1\n"), folder.Path);
        Assert.Equal("s", ((TextColumnData)row["object_id"]).Text(0));
        SpectrumRows.Agrees(row, """
            import astropy.units as u
            from astropy.table import Table
            format, name = sys.argv[2:4]
            t = Table.read(name, format={'ascii': 'ascii.no_header', 'csv': 'ascii.csv'}.get(format))
            wave, flux, err = (t.columns[i] for i in range(3))
            to = {'csv': u.um, 'ascii': u.AA}.get(format, wave.unit).to(u.AA)
            scale = u.Unit('erg / (s cm2 Angstrom)' if format in ('csv', 'ascii') else flux.unit).to('1e-17 erg / (s cm2 Angstrom)')
            np.testing.assert_allclose(columns['spectrum_lambda'][0], np.asarray(wave, 'f8') * to, rtol=1e-7)
            np.testing.assert_allclose(columns['spectrum_flux'][0], np.asarray(flux, 'f8') * scale, rtol=1e-6)
            np.testing.assert_allclose(columns['spectrum_ivar'][0], (np.asarray(err, 'f8') * scale) ** -2., rtol=1e-6)
            assert abs(columns['ra'][0] - 157.5) < 1e-12 and columns['dec'][0] == -20.25 and columns['mjd'][0] == 59000.5
            assert columns['observed'][0] == 59000.5 and columns['kind'][0] == 'SN Ia é', columns['kind']
            """, format, folder[name]);
        Assert.Empty(Directory.GetFiles(Path.GetTempPath(), $"pile-spectrum-*-{Environment.ProcessId}-*"));
    }

    [Theory]
    [InlineData("txt", "4000 1.5 2\n4001 2 3\n", "4000.5 1 2\n4001.5 7 3\n")]
    [InlineData("csv", "col1,col2,col3\n4000,1.5,2\n4001,2,3\n", "col1,col2,col3\n4000.5,1,2\n4001.5,7,3\n")]
    [InlineData("jsonl", "{\"col1\":4000,\"col2\":1.5,\"col3\":2}\n{\"col1\":4001,\"col2\":2,\"col3\":3}\n",
        "{\"col1\":4000.5,\"col2\":1,\"col3\":2}\n{\"col1\":4001.5,\"col2\":7,\"col3\":3}\n")]
    public async Task Files_with_integers_and_files_with_decimals_have_the_same_columns(string extension, string one, string other)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder[$"a.{extension}"], one);
        File.WriteAllText(folder[$"b.{extension}"], other);
        File.WriteAllText(folder["objects.csv"], "name,ra,dec\na,1,2\nb,3,4\n");
        RowBatch rows = await SpectrumRows.Read($"files: \"?.{extension}\"\nflux: col2\nfile_unit: Jy\n"
            + "catalogue: { file: objects.csv, id: name, ra: ra, dec: dec }\n"
            + "wavelength: { column: col1, unit: Angstrom, medium: air }\n", folder.Path);
        Assert.Equal([4000, 4001, 4000.5, 4001.5], rows.Values<double>("col1").ToArray());
        Assert.Equal([1.5, 2, 1, 7], rows.Values<double>("col2").ToArray());
        Assert.Equal([2, 3, 2, 3], rows.Values<long>("col3").ToArray());
    }

    [Fact]
    public async Task Objects_that_the_catalogue_lacks_are_errors_or_skipped_and_those_of_its_filter_are_not_read()
    {
        using TemporaryFolder folder = new();
        foreach (string name in (string[])["s", "t", "u", "v"])
            Make(folder.Path, "ascii", $"{name}.txt");
        const string Source = "kind: spectrum\nfiles: \"?.txt\"\nflux: col2\nfile_unit: \"\"\n"
            + "wavelength: { column: col1, unit: Angstrom, medium: air }\n";
        await SpectrumRows.Fails("row 0: 'u' is not an object of", $"{Source[15..]}{Catalogue}", folder.Path);
        List<SkippedRow> skipped = [];
        string filtered = Source + Catalogue.Replace("hours }", "hours, filter: \"name <> 's'\" }", StringComparison.Ordinal);
        List<RowBatch> rows = await BuilderRuns.Builder(filtered, folder.Path, skipBadRows: true, onSkip: skipped.Add)
            .ReadAllAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["t"], rows.Select(r => ((TextColumnData)r["object_id"]).Text(0)));
        Assert.Equal(["u.txt: 'u' is not an object of objects.csv", "v.txt: 'v' is not an object with a position in objects.csv"],
            skipped.Select(s => $"{s.File}: {s.Reason}".Replace(folder.Path + "/", "", StringComparison.Ordinal)));
    }

    [Fact]
    public void An_error_in_the_catalogue_is_not_one_of_a_file_that_may_be_skipped()
    {
        using TemporaryFolder folder = new();
        Make(folder.Path, "ascii", "s.txt");
        File.AppendAllText(folder["objects.csv"], "s,1,2,3,twice\n");
        BuilderRun run = BuilderRuns.Builder("kind: spectrum\nfiles: s.txt\nflux: col2\nfile_unit: \"\"\n"
            + $"wavelength: {{ column: col1, unit: Angstrom, medium: air }}\n{Catalogue}", folder.Path, skipBadRows: true);
        ValueInvalidException e = Assert.Throws<ValueInvalidException>(() => run.Facts);
        Assert.Contains("objects.csv, row 3, column 'name': 's' is not a unique id; row 0 has the same", e.Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ra: RA\n", "if there is a 'catalogue', 'ra' must be a key of it")]
    [InlineData("mjd_end: nothing\n", "there is no keyword 'nothing'")]
    [InlineData("mjd_end: kind\n", "objects.csv, row 0, column 'kind': ")]
    public async Task Mistakes_are_errors(string key, string message)
    {
        using TemporaryFolder folder = new();
        Make(folder.Path, "ascii", "s.txt");
        await SpectrumRows.Fails(message, "files: s.txt\nflux: col2\nfile_unit: \"\"\n"
            + $"wavelength: {{ column: col1, unit: Angstrom, medium: air }}\n{Catalogue}{key}", folder.Path);
    }

    private static void Make(string folder, string format, string name) => SpectrumRows.Make("""
        import gzip
        folder, format, name = sys.argv[1:4]
        wave = np.linspace(4000, 5000, 321) * (1e-4 if format == 'csv' else 0.1 if format == 'votable' else 1)
        t = Table({'wave': wave, 'flux': np.sin(wave) + 3, 'err': np.full(321, 0.25)})
        if format in ('ecsv', 'votable'):
            t['wave'].unit = 'nm' if format == 'votable' else 'Angstrom'
            t['flux'].unit = t['err'].unit = '1e-16 erg / (s cm2 Angstrom)' if format == 'ecsv' else 'erg / (s cm2 Angstrom)'
        path = f'{folder}/{name}'
        if format == 'csv':
            with gzip.open(path, 'wt') as f: t.write(f, format='ascii.csv')
        else:
            t.write(path, format={'ascii': 'ascii.no_header', 'ecsv': 'ascii.ecsv'}.get(format, format))
        with open(folder + '/objects.csv', 'w', encoding='utf8') as f:
            f.write('name,ra,dec,observed,kind\ns,10.5,-20.25,59000.5,SN Ia é\nt,0,90,59000.5,\nv,,,1,x\n')
        """, folder, format, name);
}
