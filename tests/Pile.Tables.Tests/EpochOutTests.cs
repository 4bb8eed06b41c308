using System.Text;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Tables.Tests;

/// <summary>The epoch of positions in written tables, as astropy and the own reader find it.</summary>
public sealed class EpochOutTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("t.vot", 2016, "ra ICRS J2016.0 dec ICRS J2016.0")]
    [InlineData("t.vot.gz", 1991.25, "ra ICRS J1991.25 dec ICRS J1991.25")]
    [InlineData("t.parquet", 2015.5, "ra ICRS J2015.5 dec ICRS J2015.5")]
    [InlineData("t.ecsv", 2016, "ICRS 2016.0")]
    [InlineData("t.fits", 2015.5, "ICRS 2015.5 None None")]
    public async Task Tables_state_the_epoch_of_their_positions(string name, double year, string expected)
    {
        await WriteAsync(name, year, "ra", "dec", "RAJ2000");
        string path = folder[name];
        if (name == "t.parquet")
        {
            byte[] bytes = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
            int start = bytes.AsSpan().LastIndexOf("<?xml"u8), end = bytes.AsSpan().LastIndexOf("</VOTABLE>"u8);
            path = folder["inside.vot"];
            await File.WriteAllTextAsync(path, Encoding.UTF8.GetString(bytes, start, end - start) + "</VOTABLE>",
                TestContext.Current.CancellationToken);
        }
        Assert.Equal(expected, Python.Run("""
            import sys, warnings
            warnings.simplefilter('ignore')
            path = sys.argv[1]
            if path.endswith('.fits'):
                from astropy.io import fits
                h = fits.getheader(path, 1)
                print(h['RADESYS'], h['PILE EPOCH_YEAR'], h.get('EPOCH'), h.get('EQUINOX'))
            elif path.endswith('.ecsv'):
                from astropy.table import Table
                m = Table.read(path, format='ascii.ecsv').meta
                print(m['frame'], float(m['pile_epoch_year']))
            else:
                from astropy.io.votable import parse
                r = parse(path).resources[0]
                systems = {s.ID: s for s in r.coordinate_systems}
                print(*[f'{f.name} {systems[f.ref].system} {systems[f.ref].epoch}' for f in r.tables[0].fields if f.ref])
            """, path).Trim());
        Assert.Equal([year, year, null], EpochsOf(name, "ra", "dec", "RAJ2000"));
    }

    [Fact]
    public async Task The_epoch_is_found_in_copies_of_astropy()
    {
        await WriteAsync("t.fits", 2015.5, "ra", "dec");
        await WriteAsync("t.ecsv", 2016, "ra", "dec");
        Python.Run("""
            import sys, warnings
            warnings.simplefilter('ignore')
            from astropy.table import Table
            for source in ['fits', 'ecsv']:
                for target in ['fits', 'ecsv']:
                    Table.read(f'{sys.argv[1]}/t.{source}').write(f'{sys.argv[1]}/of_{source}.{target}')
            """, folder.Path);
        foreach (string target in (string[])["fits", "ecsv"])
        {
            Assert.Equal([2015.5, 2015.5], EpochsOf($"of_fits.{target}", "ra", "dec"));
            Assert.Equal([2016, 2016], EpochsOf($"of_ecsv.{target}", "ra", "dec"));
        }
    }

    [Theory]
    [InlineData("ra", "RAJ2000")] // without the declination of the epoch
    [InlineData("ra", "dec", "ref_epoch")] // epochs of the rows say more
    [InlineData("ra", "dec", "ep_ra", "ep_dec")]
    public async Task Tables_with_other_positions_or_epochs_of_rows_state_no_epoch(params string[] columns)
    {
        foreach (string name in (string[])["t.vot", "t.parquet", "t.ecsv", "t.fits"])
        {
            await WriteAsync(name, 2016, columns);
            Assert.Equal([null], EpochsOf(name, "ra"));
            string text = Encoding.Latin1.GetString(
                await File.ReadAllBytesAsync(folder[name], TestContext.Current.CancellationToken));
            Assert.DoesNotContain("J2016", text, StringComparison.Ordinal);
            Assert.DoesNotContain("EPOCH_YEAR", text, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact] // the schema of VOTable has no sign
    public async Task A_year_before_0_is_left_out_of_a_VOTable()
    {
        await WriteAsync("t.vot", -500.5, "ra", "dec");
        await WriteAsync("t.fits", -500.5, "ra", "dec");
        Assert.Equal([null], EpochsOf("t.vot", "ra"));
        Assert.Equal([-500.5], EpochsOf("t.fits", "ra"));
    }

    private double?[] EpochsOf(string name, params string[] columns)
    {
        using ITableReader table = Tables.Open(folder[name]);
        return [.. columns.Select(table.EpochOf)];
    }

    private Task<long> WriteAsync(string name, double year, params string[] columns)
    {
        ColumnData[] data = [.. columns.Select(c => new ColumnData<double>(new ColumnSchema
        {
            Name = c,
            DType = DType.Float64,
            Unit = c.Contains("ep", StringComparison.Ordinal) ? "yr" : "deg",
            Ucd = c switch
            {
                "ra" => "pos.eq.ra;meta.main",
                "dec" => "pos.eq.dec;meta.main",
                "RAJ2000" => "pos.eq.ra",
                _ => null,
            },
        }, (double[])[1.5, 2.5]))];
        return TableWriter.WriteAsync(folder[name], [.. data.Select(c => c.Schema)], One(new RowBatch(data)),
            new TableWriteOptions { About = new() { Frame = "ICRS", EpochYear = year } }, TestContext.Current.CancellationToken);
    }

    private static async IAsyncEnumerable<RowBatch> One(RowBatch batch)
    {
        await Task.Yield();
        yield return batch;
    }
}
