using Pile.Format;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources.Snana;

public sealed class SnanaTextFaultTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("NOBS: 3", "NOBS: 4", "a.dat, line 5, column 'NOBS': it is 4, but there are 3 lines with 'OBS:'")]
    [InlineData("NOBS: 3", "NOBS: three", "a.dat, line 5, column 'NOBS': 'three' is not an integer")]
    [InlineData("59001.25 r NULL", "59001.25 r", "line 9, column 'OBS': 'OBS: 59001.25 r -2.5 0.5' has 4 fields, but VARLIST has 5")]
    [InlineData("-2.5 0.5", "-2.5 0.5 7", "line 9, column 'OBS': 'OBS: 59001.25 r NULL -2.5 0.5 7' has 6 fields, but VARLIST has 5")]
    [InlineData("59001.25", "later", "row 1, column 'MJD': 'later' in line 9 is not a number")]
    [InlineData("59001.25", "-inf", "row 1, column 'MJD': '-inf' in line 9 is not a finite time")]
    [InlineData("-2.5", "-2,5", "row 1, column 'FLUXCAL': '-2,5' in line 9 is not a number")]
    [InlineData("VARLIST: MJD FLT FIELD FLUXCAL FLUXCALERR\n", "", "line 7, column 'OBS': there is no 'VARLIST:' before")]
    [InlineData("FLT FIELD", "FLT FLT", "line 7, column 'VARLIST': two columns are called 'FLT'")]
    [InlineData("FIELD FLUXCAL FLUXCALERR", "FIELD FLUX FLUXERR",
        "column 'FLUXCAL': there is no such column of measurements; the columns are MJD, FLT, FIELD, FLUX, FLUXERR. Set 'flux'")]
    [InlineData("MJD FLT", "JD FLT", "column 'MJD': there is no such column of measurements")]
    [InlineData("SNID: a1", "SNID:", "column 'SNID': the header has no such key, or no value for it")]
    [InlineData("RA: 10.5 deg", "RA: 10.5 hours", "line 3, column 'RA': '10.5 hours' is not an angle of -180 to 360 degrees")]
    [InlineData("RA: 10.5 deg", "RA: 00:42:00", "line 3, column 'RA': '00:42:00' is not an angle")]
    [InlineData("RA: 10.5 deg", "RA: -999", "line 3, column 'RA': '-999' is not an angle")]
    [InlineData("DECL: -20.25 deg", "DECL: 90.5", "line 3, column 'DECL': '90.5' is not an angle of -90 to 90 degrees")]
    [InlineData("DECL: -20.25 deg", "DECL: nan", "line 3, column 'DECL': 'nan' is not an angle")]
    [InlineData("RA: 10.5 deg  DECL: -20.25 deg", "RA: -9  DECL: -9", "line 3, column 'RA': the position is missing (-9)")]
    [InlineData("DECL: -20.25 deg", "", "column 'DEC': the header has no such key")]
    [InlineData("+- 0.25", "+-", "line 4, column 'PEAKMJD': '59001.5 +-' has no number after '+-'")]
    [InlineData("+- 0.25", "+- NULL", "line 4, column 'PEAKMJD': '59001.5 +- NULL' has no number after '+-'")]
    [InlineData("SURVEY: TEST", "SURVEY: TEST\nSURVEY: OTHER", "line 2, column 'SURVEY': its value is 'OTHER', but 'TEST' in line 1")]
    [InlineData("SURVEY: TEST", "MJD,FLT,FLUX", "line 1: expected a key such as 'SNID:', found 'MJD,FLT,FLUX'")]
    [InlineData("SURVEY: TEST", "9: TEST", "line 1: '9:' is not a valid key")]
    [InlineData("SURVEY: TEST", "DOCUMENTATION:", "line 11, column 'DOCUMENTATION': the file ends without 'DOCUMENTATION_END:'")]
    [InlineData("END:\n", "", "line 10: the file ends after 3 measurements without 'END:', so that it seems to be truncated")]
    [InlineData("g NULL 3.5 0.75\nEND:\n", "g NULL 3.", "line 10, column 'OBS': 'OBS: 59002.25 g NULL 3.' has 4 fields")]
    [InlineData("0.75\nEND:\n", "0.7", "line 10: the file ends after 3 measurements without 'END:'")]
    [InlineData("END:\n", "END:\nSURVEY: TEST\nSNID: b2\n", "line 13, column 'SNID': 'SNID: b2' begins another object. Split the file")]
    [InlineData("OBS: 59002.25", "SNID: a1 # again\nOBS: 59002.25", "line 10, column 'SNID': 'SNID: a1' begins another object")]
    [InlineData("SURVEY: TEST", "SURVEY: \uFFFD", "line 1: 'SURVEY: \uFFFD' is not UTF-8")]
    public async Task A_bad_file_is_reported_with_line_and_value(string old, string changed, string message)
    {
        Assert.Contains(old, SnanaFiles.Complete, StringComparison.Ordinal);
        await FailsAsync(SnanaFiles.Complete.Replace(old, changed, StringComparison.Ordinal), message);
    }

    [Theory]
    [InlineData("", "a.dat: the file is empty")]
    [InlineData("SNID: a\nRA: 1\nDEC: 2\nEND:\n", "a.dat: there are neither 'NOBS:' nor lines with 'OBS:'")]
    [InlineData("\0\0\0\0", "a.dat, line 1: expected a key such as 'SNID:'")]
    public async Task A_file_that_is_not_a_light_curve_is_reported(string content, string message) => await FailsAsync(content, message);

    [Fact]
    public async Task A_truncated_gzip_file_is_reported()
    {
        Python.Run("import gzip, sys; open(sys.argv[1], 'wb').write(gzip.compress(sys.argv[2].encode())[:-9])",
            folder["a.dat"], SnanaFiles.Complete);
        await FailsAsync(null, "a.dat: the gzip data are truncated or damaged");
    }

    [Theory]
    [InlineData("band: { names: { g: green } }", "row 1, column 'FLT': 'r' is not one of the bands g")]
    [InlineData("flux: FLUX",
        "column 'FLUX': there is no such column; the columns are MJD, FLT, FIELD, FLUXCAL, FLUXCALERR. Correct 'flux'")]
    [InlineData("quality: FLAG",
        "column 'FLAG': there is no such column; the columns are MJD, FLT, FIELD, FLUXCAL, FLUXCALERR. Correct 'quality'")]
    [InlineData("quality: FLUXCAL", "row 0, column 'FLUXCAL': '1.5' in line 8 is not an integer of 32 bits")]
    [InlineData("id: '{SURVEY}-{CID}'", "column 'CID': the header has no such key, or no value for it. Correct 'id'")]
    public async Task A_recipe_that_does_not_fit_the_file_is_reported(string key, string message) =>
        await FailsAsync(SnanaFiles.Complete, message, key);

    [Theory]
    [InlineData("time: { column: MJD }", 9, 9, "column")]
    [InlineData("time: { reference: BARYCENTER }", 9, 9, "require 'scale'")]
    [InlineData("band: { column: FLT }", 9, 9, "column")]
    [InlineData("band: { names: { g: x, r: x } }", 9, 9, "two bands are called 'x'")]
    [InlineData("frame: mars", 9, 10, "'mars' is not a supported frame")]
    [InlineData("fluxes: MAG", 9, 3, "did you mean 'flux'")]
    public async Task An_invalid_key_is_named_by_line_and_column(string key, int line, int column, string message)
    {
        await File.WriteAllTextAsync(folder["a.dat"], SnanaFiles.Complete, Token);
        DocumentInvalidException error = Assert.Throws<DocumentInvalidException>(
            () => BuilderRuns.Builder($"kind: snana\nfiles: a.dat\n{key}", folder.Path));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Equal(line, error.Line);
        Assert.True(error.Column >= column, error.Message);
    }

    [Fact]
    public async Task Bad_files_and_objects_without_measurements_are_skipped_and_listed()
    {
        await File.WriteAllTextAsync(folder["a.dat"], SnanaFiles.Complete, Token);
        await File.WriteAllTextAsync(folder["b.dat"],
            SnanaFiles.Header.Replace("NOBS: 3", "NOBS: 0", StringComparison.Ordinal) + "END:\n", Token);
        await File.WriteAllTextAsync(folder["c.dat"], SnanaFiles.Header, Token);
        BuildOutcome outcome = await SnanaFiles.BuildAsync("kind: snana\nfiles: '*.dat'\ntime: { scale: TAI }", folder.Path, folder["out"],
            skipBadRows: true, Token);
        Assert.Equal(1, outcome.Dataset.Rows);
        Assert.Contains("c.dat, line 7: the file ends after 0 measurements", Assert.Single(outcome.Skipped).Reason.Message,
            StringComparison.Ordinal);
        Assert.Contains("b.dat,0,the object has no measurements",
            await File.ReadAllTextAsync(Path.Combine(folder["out"], "skipped.csv"), Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_time_scale_fails_before_reading()
    {
        await File.WriteAllTextAsync(folder["a.dat"], SnanaFiles.Complete, Token);
        ArgumentException error = await Assert.ThrowsAsync<ArgumentException>(() =>
            SnanaFiles.BuildAsync("kind: snana\nfiles: a.dat", folder.Path, folder["out"], skipBadRows: false, Token));
        Assert.Contains("options.time_scale", error.Message, StringComparison.Ordinal);
    }

    private async Task FailsAsync(string? content, string message, string key = "")
    {
        if (content is not null)
            await File.WriteAllTextAsync(folder["a.dat"], content, Token);
        PileException error = await Assert.ThrowsAnyAsync<PileException>(() =>
            BuilderRuns.Builder($"kind: snana\nfiles: a.dat\n{key}", folder.Path).ReadAllAsync(Token));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }
}
