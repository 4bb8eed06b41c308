using Pile.CrossMatch;
using Pile.Format;
using Pile.Publishing;
using Pile.Reading;
using Pile.Review;
using Pile.TestKit;
using Pile.Writing;
using Pile.Writing.Tests;

namespace Pile.Tests;

/// <summary>Time scales and spectral media of columns in datasets that are derived from others.</summary>
public sealed class ColumnMeaningTests : IDisposable
{
    private static readonly TimeAxis Barycentric = new("TDB", "BARYCENTER"), OnEarth = new("TAI", "TOPOCENTER");

    private readonly TemporaryFolder folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_matched_dataset_keeps_the_media_and_time_scales_of_both_sides()
    {
        await using Dataset a = await SpectraAsync("a", "vacuum", Barycentric), b = await SpectraAsync("b", "air", OnEarth);
        await MatchAsync(a, b, "matched");
        await using Dataset matched = await Dataset.OpenAsync(folder["matched"], cancellationToken: Cancellation);
        AssertMeaning(matched);
        Assert.Equal("1.1", matched.Manifest.FormatVersion.ToString());
        Assert.Null(matched.Manifest.SpectralMedium);

        await DatasetCopy.RunAsync(matched.Address, folder["part"], new CopyOptions { Where = "object_id = 1" }, Cancellation);
        await using Dataset part = await Dataset.OpenAsync(folder["part"], cancellationToken: Cancellation);
        AssertMeaning(part);
        foreach (string name in (string[])["matched", "part"])
            Assert.Empty((await DatasetValidator.ValidateAsync(folder[name], new ValidationOptions { Deep = true },
                Cancellation)).Findings);
        Assert.Equal("1.1 vacuum air TDB BARYCENTER TAI TOPOCENTER\n", Python.Run("""
            import sys, glob, h5py
            f = h5py.File(glob.glob(sys.argv[1] + '/main/healpix=*/*.hdf5')[0])
            text = lambda v: v.decode() if isinstance(v, bytes) else v
            print(text(f.attrs['pile']), *[text(f[c].attrs['spectral_medium']) for c in ['a_spectrum_lambda', 'b_spectrum_lambda']],
                  *[text(f[c].attrs[k]) for c in ['a_mjd', 'b_mjd'] for k in ['time_scale', 'time_reference']])
            """, folder["matched"]));
    }

    [Fact]
    public async Task A_match_within_one_medium_declares_it_once()
    {
        await using Dataset a = await SpectraAsync("a", "vacuum", OnEarth), b = await SpectraAsync("b", "vacuum", OnEarth);
        await MatchAsync(a, b, "matched");
        Manifest manifest = ManifestReader.Read(await File.ReadAllTextAsync(folder["matched/pile.yaml"], Cancellation), "pile.yaml");
        Assert.Equal(("1.1", true, "vacuum"), (manifest.FormatVersion.ToString(), manifest.HasCompactPositions, manifest.SpectralMedium));
        Assert.Null(manifest.Column("a_spectrum_lambda")!.SpectralMedium);
        Assert.Equal((OnEarth, OnEarth), (manifest.Column("a_mjd")!.Time, manifest.Column("b_mjd")!.Time));
        Assert.Equal("start of the observation, MJD in TAI", manifest.Column("a_mjd")!.Description);
    }

    [Fact]
    public async Task Spectra_of_a_matched_dataset_state_their_medium_in_FITS()
    {
        await using Dataset a = await SpectraAsync("a", "vacuum", OnEarth), b = await SpectraAsync("b", "air", OnEarth);
        await MatchAsync(a, b, "matched");
        await using Dataset matched = await Dataset.OpenAsync(folder["matched"], cancellationToken: Cancellation);
        string[] columns = ["a_spectrum_flux", "b_spectrum_flux"];
        RowFileOptions options = new() { Format = RowFileFormat.Fits };
        RowReader rows = await matched.OpenRowsAsync(matched.Query().Where("object_id = 0")
            .Columns(RowFiles.ColumnsToRead(matched.Manifest, columns, options)), cancellationToken: Cancellation);
        await RowFiles.WriteAsync(rows.ReadAllAsync(cancellationToken: Cancellation), matched.Manifest, columns, folder["rows"], options,
            cancellationToken: Cancellation);
        Assert.Equal("vac air\n", Python.Run("""
            import sys
            from astropy.io import fits
            print(*[fits.getheader(f'{sys.argv[1]}/0.{c}_spectrum_flux.fits', 1)['AIRORVAC'] for c in 'ab'])
            """, folder["rows"]));
    }

    [Theory]
    [InlineData("  time: {scale: TAI, reference: TOPOCENTER, zero_mjd: 0}\n", "b_mjd")]
    [InlineData("  spectral_medium: air\n", "b_spectrum_lambda")]
    public async Task A_column_without_its_medium_or_time_scale_is_a_finding(string removed, string column)
    {
        await using Dataset a = await SpectraAsync("a", "vacuum", Barycentric), b = await SpectraAsync("b", "air", OnEarth);
        await MatchAsync(a, b, "matched");
        string path = folder["matched/pile.yaml"], text = await File.ReadAllTextAsync(path, Cancellation);
        Assert.Contains(removed, text, StringComparison.Ordinal);
        await File.WriteAllTextAsync(path, ManifestSeal.Of(text.Replace(removed, "", StringComparison.Ordinal)), Cancellation);
        ValidationReport report = await DatasetValidator.ValidateAsync(folder["matched"], cancellationToken: Cancellation);
        Assert.False(report.IsValid);
        Assert.Equal([("C010", column)], report.Findings.Select(f => (f.Code, f.Column!)));
    }

    [Theory]
    [InlineData("BARYCENTER", 499, "BARYCENTER")]
    [InlineData("HELIOCENTER", 499, "HELIOCENTER")]
    public async Task A_time_window_below_the_light_time_is_rejected(string reference, double seconds, string says)
    {
        await using Dataset a = await SpectraAsync("a", "air", OnEarth), b = await SpectraAsync("b", "air", new TimeAxis("TDB", reference));
        CrossMatchOptions options = new() { RadiusArcsec = 1, TimeWindowDays = seconds / 86_400 };
        Assert.Contains(says, (await Assert.ThrowsAsync<ArgumentException>(() => Match(options))).Message,
            StringComparison.Ordinal);
        using MatchTable wider = await Match(options with { TimeWindowDays = (seconds + 1) / 86_400 });
        Assert.Equal(3, wider.RowCount);

        Task<MatchTable> Match(CrossMatchOptions by) => CrossMatcher.MatchAsync(new DatasetSide(a), new DatasetSide(b), by, Cancellation);
    }

    [Fact]
    public void A_column_with_a_medium_needs_format_1_1()
    {
        DocumentInvalidException error = Assert.Throws<DocumentInvalidException>(() => ManifestReader.Read(Manifest("1.0"), "pile.yaml"));
        Assert.Contains("requires format version 1.1", error.Message, StringComparison.Ordinal);
        Assert.Equal("air", ManifestReader.Read(Manifest("1.1"), "pile.yaml").Columns[0].SpectralMedium);

        static string Manifest(string version) => ManifestWriter.Write(new Manifest
        {
            FormatVersion = FormatVersion.TryParse(version, out FormatVersion parsed) ? parsed : default,
            Name = "n",
            Modality = "catalogue",
            Provenance = Zoo.Provenance,
            Rows = 0,
            Shards = 0,
            Bytes = 0,
            Partition = new Partition(Partition.Healpix, 0),
            Columns = [new ColumnSchema { Name = "w", DType = DType.Float64, SpectralMedium = "air" }],
            FilesSha256 = new string('0', 64),
        });
    }

    private static void AssertMeaning(Dataset matched)
    {
        Manifest manifest = matched.Manifest;
        Assert.Equal(("vacuum", "air"),
            (manifest.Column("a_spectrum_lambda")!.SpectralMedium, manifest.Column("b_spectrum_lambda")!.SpectralMedium));
        Assert.Equal((Barycentric, OnEarth), (manifest.Column("a_mjd")!.Time, manifest.Column("b_mjd")!.Time));
        Assert.Equal("start of the observation, MJD in TDB", manifest.Column("a_mjd")!.Description);
    }

    private async Task MatchAsync(Dataset a, Dataset b, string name)
    {
        using MatchTable pairs = await a.CrossMatchAsync(b, radiusArcsec: 1, cancellationToken: Cancellation);
        await pairs.WriteDatasetAsync(a, b, folder[name], cancellationToken: Cancellation);
    }

    private async Task<Dataset> SpectraAsync(string name, string medium, TimeAxis time)
    {
        int[] ids = [0, 1, 2];
        Modality spectrum = Modality.Get("spectrum");
        DatasetSpec spec = Zoo.Spec with
        {
            Name = name,
            Modality = "spectrum",
            SpectralMedium = medium,
            TimeScale = time.Scale,
            TimeReference = time.Reference,
            Order = 0
        };
        await using (DatasetWriter writer = DatasetWriter.Create(folder[name], spec, new WriterSettings { Workers = 1 }))
        {
            using (UnitSpill unit = writer.BeginUnit("u", Zoo.Source("u.fits")))
            {
                unit.Append(new RowBatch([
                    .. Zoo.PositionColumns(ids), new ColumnData<double>(Zoo.Common("mjd", DType.Float64), new[] { 59000.0, 59001, 59002 }),
                    new ColumnData<float>(spectrum.Find("spectrum_flux")!.With(DType.Float32, [4]), new float[12]),
                    new ColumnData<float>(spectrum.Find("spectrum_lambda")!.With(DType.Float32, [4]),
                        Enumerable.Range(0, 12).Select(i => 4000f + i).ToArray())]));
                unit.Complete();
            }
            await writer.CommitAsync(Cancellation);
        }
        return await Dataset.OpenAsync(folder[name], cancellationToken: Cancellation);
    }
}
