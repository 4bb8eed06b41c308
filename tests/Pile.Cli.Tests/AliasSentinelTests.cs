using System.Text.Json;
using Pile.TestKit;

namespace Pile.Cli.Tests;

/// <summary>Sentinels of a column whose alias has another unit: they are no values, and are not converted (SCHEMA.md, S1.23). astropy
/// converts the others.</summary>
public sealed class AliasSentinelTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public AliasSentinelTests()
    {
        File.WriteAllText(folder["t.csv"], """
            id,ra,dec,e,f,n
            1,10,20,200,20.5,9223372036854775806
            2,11,21,999,-99.9,9223372036854774784
            3,12,22,,,
            4,13,23,-7,1.5,5

            """);
        File.WriteAllText(folder["t.yaml"], Recipes.Text("catalogue", "kind: table\nfiles: t.csv\nid: id\n"
            + "cast: { e: int16, f: float32, n: int64 }") + """
            native:
              e: { sentinels: [999, 999.5, 70000, -7], unit: mas }
              f: { sentinels: [-99.9], unit: mag }
              n: { sentinels: [9223372036854774784], unit: s }
            columns: { err: { native: e, unit: arcsec }, mm: { native: f, unit: mmag }, ns: { native: n, unit: ms } }

            """);
        ProgramResult built = PileProgram.Run("build", folder["t.yaml"], "--out", folder["d"]);
        Assert.True(built.ExitCode == 0, built.Error);
    }

    [Theory]
    [InlineData("query D --columns err,mm,ns --sort object_id --out F.csv")]
    [InlineData("sql D \"SELECT err, mm, ns FROM d ORDER BY object_id\" --out F.vot")]
    [InlineData("query D --columns err,mm,ns --out F.fits")]
    public void Readers_convert_values_and_keep_sentinels(string command)
    {
        string[] words = [.. command.Split('"').SelectMany((part, i) => i % 2 == 1 ? [part] : part.Split(' ')).Where(w => w.Length > 0)
            .Select(w => w == "D" ? folder["d"] : w.StartsWith("F.", StringComparison.Ordinal) ? folder[w] : w)];
        ProgramResult read = PileProgram.Run(words);
        Assert.True(read.ExitCode == 0, read.Error);
        Assert.Equal("True\n", Python.Run("""
            import sys, numpy as np, pandas as pd, astropy.units as u
            from astropy.table import Table
            native = pd.read_csv(sys.argv[2], dtype=str)
            found = Table.read(sys.argv[1])
            found = pd.DataFrame({c: np.ma.filled(found[c].astype('f8'), np.nan) for c in ['err', 'mm', 'ns']})
            found = found.sort_values('err', ignore_index=True)
            e, f, n = native.e.astype('f8'), native.f.astype('f4'), [v if v is np.nan else int(v) for v in native.n]
            native = pd.DataFrame(dict(
                err=[v if v in (999, -7) else (v * u.mas).to_value('arcsec') for v in e],
                mm=np.array([v if v == np.float32(-99.9) else (np.float64(v) * u.mag).to_value('mmag') for v in f], dtype='f4'),
                ns=[float(v) if v == 9223372036854774784 else (float(v) * u.s).to_value('ms') for v in n]))
            native = native.sort_values('err', ignore_index=True)
            print(all(np.allclose(found[c].astype('f8'), native[c].astype('f8'), rtol=1e-7 if c == 'mm' else 1e-15, equal_nan=True)
                      for c in ['err', 'mm', 'ns']))
            """, words[^1], folder["t.csv"]));
    }

    [Fact]
    public void Conditions_find_sentinels_by_their_number_and_info_lists_them()
    {
        Assert.Equal(["2"], Ids("err = 999"));
        Assert.Equal(["4"], Ids("err = -7"));
        Assert.Equal(["1"], Ids("err < 999 AND err <> -7"));
        Assert.Equal(["2"], Ids("mm = '-99.9'::FLOAT"));
        Assert.Equal(["2"], Ids("ns = 9223372036854774784"));
        JsonElement aliases = PileProgram.RunToJson("info", folder["d"]).GetProperty("aliases");
        Assert.Equal(["[999,999.5,70000,-7]", "[-99.9]"],
            aliases.EnumerateArray().Take(2).Select(a => a.GetProperty("sentinels").GetRawText().Replace(" ", "", StringComparison.Ordinal)
                .Replace("\n", "", StringComparison.Ordinal).Replace(".0", "", StringComparison.Ordinal)));
    }

    public void Dispose() => folder.Dispose();

    private IEnumerable<string> Ids(string condition) => PileProgram.RunToJson("query", folder["d"], "--where", condition,
        "--sort", "object_id", "--json").EnumerateArray().Select(r => r.GetProperty("object_id").ToString());
}
