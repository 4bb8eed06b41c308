using System.Text.Json;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Adopting.Tests.Hdf5;

/// <summary>Tables that astropy wrote: values, missing values, units and times are those that astropy reads.</summary>
public class Hdf5AstropyTests
{
    private const string Start = """
        import sys, json, h5py, numpy as np, astropy.units as u, warnings
        from astropy.table import QTable, MaskedColumn, Column
        from astropy.time import Time
        from astropy.coordinates import SkyCoord
        from astropy.utils.masked import Masked
        warnings.simplefilter('ignore')
        t = QTable(); t['id'] = [3, 1, 2]

        """;

    private const string Write = "\nt.write(sys.argv[1], path='cat', serialize_meta=True)\n";

    [Fact] // h5py writes a complex number as a compound of two
    public async Task A_mask_of_complex_numbers_is_that_of_both_parts()
    {
        using TemporaryFolder folder = new();
        Python.Run(Start + """
            t['ra'], t['dec'] = [30., 10, 20] * u.deg, [3., 1, 2] * u.deg
            t['z'] = MaskedColumn(np.array([1 + 2j, 3 + 4j, 5 + 6j]), mask=[0, 1, 0])
            """ + Write, folder["a.h5"]);
        ArchiveDump dump = await ArchiveDump.ReadAsync(folder.Path);
        foreach (string part in (string[])["z.r", "z.i"])
            Assert.Equal([false, true, false], dump.Batches[0][part].IsNull.ToArray());
        Assert.Equal([1.0, 5], ((double[])[dump.Numbers<double>("z.r")[0], dump.Numbers<double>("z.r")[2]]));
    }

    [Fact]
    public async Task Missing_values_units_and_times_are_those_of_astropy()
    {
        using TemporaryFolder folder = new();
        string json = Python.Run(Start + """
            t['sc'] = SkyCoord([30., 10, 20] * u.deg, [3., 1, 2] * u.deg, frame='fk5', equinox='J1975')
            t['m'] = MaskedColumn([1, 2, 3], mask=[0, 1, 0], description='a "count": of\nlines', meta={'ucd': 'meta.number', 'x': (1, 2)})
            t['big'] = MaskedColumn(np.array([1., 2, 3], '>f8'), mask=[1, 1, 0])
            t['s'] = MaskedColumn(['a', 'bb', 'ü'], mask=[0, 1, 0])
            t['b'] = MaskedColumn([True, True, False], mask=[0, 1, 0])
            t['q'] = Masked([1., 2, 3] * u.Jy, mask=[0, 1, 0])
            t['rows'] = MaskedColumn([[1., 2], [3, 4], [5, 6]], mask=[[0, 0], [1, 1], [0, 1]])
            t['small'] = MaskedColumn(np.array([[1, 2], [3, 4], [5, 6]], 'i2'), mask=[[0, 0], [1, 1], [0, 1]])
            t['large'] = MaskedColumn([[1, 2], [3, 4], [5, 6]], mask=[[0, 0], [1, 1], [0, 1]])
            t['heavy'] = MaskedColumn(np.ones((3, 5000)), mask=np.arange(15000).reshape(3, 5000) % 2)
            t['t'] = Time([58000.1, 58001.2, 58002.3], format='mjd', scale='tdb'); t['t'][1] = np.ma.masked
            t['utc'] = Time(['2016-12-31T12:00:00', '2020-01-01', '2021-02-03T04:05:06.789'], scale='utc')
            t['dt'] = t['utc'] - t['utc'][1]
            t['pair'] = Time([[1., 2], [3, 4], [5, 6]], format='mjd', scale='tai')
            """ + Write + """
            t = QTable.read(sys.argv[1], path='cat')
            def plain(c): # values with None for masked ones
                values = np.array(c.unmasked if hasattr(c, 'unmasked') else c.data.data)
                text = lambda v: v.decode() if isinstance(v, bytes) else v
                return [None if m else text(v) for v, m in zip(values.tolist(), np.array(c.mask).tolist())]
            icrs = t['sc'].icrs
            print(json.dumps({'ra': icrs.ra.deg.tolist(), 'dec': icrs.dec.deg.tolist(), 'm': plain(t['m']), 'big': plain(t['big']),
                's': plain(t['s']), 'b': plain(t['b']), 'q': plain(t['q']), 'utc': t['utc'].mjd.tolist(), 'dt': t['dt'].jd.tolist(),
                't': [None if t['t'].mask[i] else v for i, v in enumerate(t['t'].mjd.tolist())]}))
            """, folder["a.h5"]);
        ArchiveDump dump = await ArchiveDump.ReadAsync(folder.Path);
        foreach (JsonProperty column in JsonDocument.Parse(json).RootElement.EnumerateObject())
            for (int row = 0; row < 3; row++)
                AssertEqual(column.Value[row], dump.Batches[0][column.Name], row);
        foreach (string name in (string[])["rows", "small"])
        {
            Assert.Equal([1.0, 2, double.NaN, double.NaN, 5, double.NaN], dump.Numbers<double>(name));
            Assert.Equal([false, true, false], dump.Batches[0][name].IsNull.ToArray());
        }
        Assert.Equal(("Jy", "meta.number", "a \"count\": of\nlines"),
            (dump.Schema("q").Unit, dump.Schema("m").Ucd, dump.Schema("m").Description));
        Assert.Equal((new TimeAxis("TDB"), new TimeAxis("UTC"), "d", null),
            (dump.Schema("t").Time, dump.Schema("utc").Time, dump.Schema("t").Unit, dump.Schema("dt").Time));
        Assert.Contains("Julian date in TAI", dump.Schema("pair.jd2").Description, StringComparison.Ordinal);
        Assert.DoesNotContain(dump.Batches[0].Columns, column => column.Schema.Name.Contains("mask", StringComparison.Ordinal)
            || column.Schema.Name is "large" or "heavy" or "t.jd1" or "t.jd2");
        Assert.Contains(dump.Findings, finding => finding.Contains("'large' is left out: its mask 'large.mask'", StringComparison.Ordinal));
        Assert.Contains(dump.Findings, finding => finding.Contains("'heavy' is left out: its mask 'heavy.mask'", StringComparison.Ordinal));
        Assert.Contains(dump.Findings, finding => finding.Contains("FK5", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_description_with_as_many_lines_as_rows_is_no_column_and_old_files_have_it_in_an_attribute()
    {
        using TemporaryFolder folder = new();
        Python.Run(Start + """
            n = 12 # the number of lines, too
            t = QTable({'id': np.arange(n), 'm': MaskedColumn(np.arange(n), mask=np.arange(n) % 2)})
            """ + Write + """
            with h5py.File(sys.argv[1], 'r+') as f:
                lines = f['cat.__table_column_meta__'][:]
                del f['cat.__table_column_meta__']
                f['cat.__table_column_meta__'] = np.append(lines, [b''] * (n - len(lines)))
                assert len(f['cat.__table_column_meta__']) == n, len(lines)
            with h5py.File(sys.argv[2], 'w') as f:
                f['cat'] = h5py.File(sys.argv[1])['cat'][:]; f['cat']['id'] # another file of the same rows, without equal ids
                rows = f['cat'][:]; rows['id'] += 100; f['cat'][:] = rows
                f['cat'].attrs['__table_column_meta__'] = lines
            """, folder["a.h5"], folder["b.h5"]);
        ArchiveDump dump = await ArchiveDump.ReadAsync(folder.Path);
        Assert.Equal(24, dump.Rows);
        Assert.All(dump.Batches, batch => Assert.Equal([.. Enumerable.Range(0, 12).Select(row => row % 2 is 1)],
            batch["m"].IsNull.ToArray()));
        Assert.Equal(["object_id", "id", "m"], dump.Batches[0].Columns.Select(column => column.Schema.Name));
    }

    [Fact]
    public async Task Rows_with_masked_positions_have_none_and_masked_ids_are_not_used()
    {
        using TemporaryFolder folder = new();
        Python.Run(Start + """
            t['id'] = MaskedColumn([3, 1, 2], mask=[0, 0, 1])
            t['ra'] = MaskedColumn([30., 10, 20], mask=[0, 1, 0], unit='deg'); t['dec'] = [3., 1, 2] * u.deg
            """ + Write, folder["a.h5"]);
        Assert.Contains("row 1", (await Assert.ThrowsAsync<ValueInvalidException>(() => ArchiveDump.ReadAsync(folder.Path))).Message,
            StringComparison.Ordinal);
        ArchiveDump dump = await ArchiveDump.ReadAsync(folder.Path, new() { SkipsBadFiles = true });
        Assert.Equal([1L], dump.Skipped.Select(row => row.Row ?? -1));
        Assert.Equal(["a.h5#0", "a.h5#2"], dump.Texts("object_id"));
    }

    [Theory]
    [InlineData("lines[4] = b'  - {name: m'", "line ")]
    [InlineData("lines = lines[:0]", "the file is empty")]
    [InlineData("lines = np.arange(3)", "expected a list of texts")]
    [InlineData("lines[-1] = lines[-1].replace(b'm.mask', b'other')", "the column 'other', which the table does not have")]
    [InlineData("lines[-1] = lines[-1].replace(b'm.mask', b'id')", "does not have a boolean")]
    [InlineData("lines[-1] = b'    mask: {'", "line ")]
    public async Task A_description_that_is_not_valid_is_an_error_that_names_it(string change, string finding)
    {
        using TemporaryFolder folder = new();
        Python.Run(Start + "t['m'] = MaskedColumn([1, 2, 3], mask=[0, 1, 0])" + Write + $"""
            with h5py.File(sys.argv[1], 'r+') as f:
                name = 'cat.__table_column_meta__'; lines = f[name][:].astype('S200'); del f[name]
                {change}
                f[name] = lines
            """, folder["a.h5"]);
        string message = (await Assert.ThrowsAsync<SourceUnreadableException>(() => ArchiveDump.ReadAsync(folder.Path))).Message;
        Assert.Contains(folder["a.h5"], message, StringComparison.Ordinal);
        Assert.Contains("'cat", message, StringComparison.Ordinal);
        Assert.Contains(finding, message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Times_in_different_scales_are_an_error()
    {
        using TemporaryFolder folder = new();
        Python.Run(Start + """
            t['t'] = Time([1., 2, 3], format='mjd', scale='tdb'); t.write(sys.argv[1], path='cat', serialize_meta=True)
            t['t'] = Time([1., 2, 3], format='mjd', scale='utc'); t.write(sys.argv[2], path='cat', serialize_meta=True)
            """, folder["a.h5"], folder["b.h5"]);
        string message = (await Assert.ThrowsAsync<SchemaMismatchException>(() => ArchiveDump.ReadAsync(folder.Path))).Message;
        Assert.Contains("b.h5, column 't': it has times in UTC", message, StringComparison.Ordinal);
    }

    private static void AssertEqual(JsonElement expected, ColumnData column, int row)
    {
        if (expected.ValueKind is JsonValueKind.Null)
            Assert.True(column.IsNullAt(row), column.Schema.Name);
        else if (column is TextColumnData texts)
            Assert.Equal(expected.GetString(), texts.Text(row));
        else if (column is ColumnData<bool> flags)
            Assert.Equal(expected.GetBoolean(), flags.Values.Span[row]);
        else
            Assert.Equal(expected.GetDouble(),
                column is ColumnData<long> integers ? integers.Values.Span[row] : ((ColumnData<double>)column).Values.Span[row], 9);
        Assert.True(column.IsNullAt(row) == expected.ValueKind is JsonValueKind.Null, column.Schema.Name);
    }
}
