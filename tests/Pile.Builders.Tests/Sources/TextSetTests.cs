using System.Globalization;
using Pile.Builders.Sources;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources;

/// <summary>Sets of text files whose files show different types, compared with what pandas reads from all rows.</summary>
public sealed class TextSetTests : IDisposable
{
    private const string Header = "id,ra,dec,m\n";

    private readonly TemporaryFolder folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("1,10,1,5\n2,20,2,6\n", "3,30,3,7.5\n", "float64")]
    [InlineData("1,10,1,5.5\n2,20,2,6\n", "3,30,3,\n4,31,3,\n", "float64")]
    [InlineData("1,10,1,\n2,20,2,\n", "3,30,3,7\n4,31,3,8\n", "int64")]
    [InlineData("1,10,1,null\n2,20,2,\n", "3,30,3,-7\n4,31,3,8.25\n", "float64", Traits = ["Run", "Long"])]
    [InlineData("A1,10,1,5.5\nA2,20,2,6\n", "3,30,3,1.5\n4,31,3,2.5\n", "float64", Traits = ["Run", "Long"])]
    [InlineData("007,10,1,5.5\n08,20,2,6\n", "3,30,3,1.5\n40,31,3,2\n", "float64", Traits = ["Run", "Long"])]
    [InlineData("1,10,1,9007199254740993\n2,20,2,100000000000000000000\n", "3,30,3,1.5\n", "float64", Traits = ["Run", "Long"])]
    [InlineData("1,10,1,a\n", "3,30,3,\n", "string")]
    public async Task Columns_have_a_type_that_represents_the_values_of_all_files(string first, string second, string type)
    {
        await BuildAsync(first, second);
        Assert.Equal($"{type} agrees", Python.Run("""
            import glob, sys, h5py
            import numpy as np, pandas as pd
            kind = sys.argv[1]
            files = sorted(glob.glob(sys.argv[2] + '/?.csv'))
            want = pd.concat([pd.read_csv(f, dtype={'id': str, 'm': str if kind == 'string' else 'float64'}) for f in files])
            have, types = {}, set()
            for shard in glob.glob(sys.argv[2] + '/out/main/*/*.hdf5'):
                h = h5py.File(shard)
                types.add('string' if h['m'].dtype.kind in 'SO' else h['m'].dtype.name)
                missing = h['m_isnull'][:] if 'm_isnull' in h else np.zeros(len(h['m']), bool)
                for i, name in enumerate(h['object_id'][:]):
                    value = h['m'][i]
                    have[name.decode() if isinstance(name, bytes) else str(name)] = (
                        None if missing[i] or value != value or value == b'' else value.decode() if isinstance(value, bytes) else value)
            assert have == {i: None if pd.isna(m) else m for i, m in zip(want['id'], want['m'])}, (have, want)
            print(*types, 'agrees')
            """, type, folder.Path).Trim());
    }

    [Theory]
    [InlineData("1,10.5,1.5,5\n", "")]
    [InlineData("", "1,10.5,1.5,5\n")]
    [InlineData("1,10,1,5\n", "")]
    public async Task A_file_without_rows_adds_no_columns(string first, string second)
    {
        await BuildAsync(first, second);
        Assert.Equal("dec healpix id m object_id ra", Python.Run("""
            import glob, sys, h5py
            print(*sorted(h5py.File(glob.glob(sys.argv[1] + '/out/main/*/*.hdf5')[0])))
            """, folder.Path).Trim());
    }

    [Theory] // as in one file, where such columns would be text
    [InlineData("1,10,1,9007199254740993\n", "3,30,3,nan\n")]
    [InlineData("1,10,1,x\n", "3,30,3,1.5\n")]
    [InlineData("1,10,1,true\n", "3,30,3,1\n")]
    public async Task Columns_without_a_common_type_are_an_error_that_names_the_cast(string first, string second)
    {
        SchemaMismatchException e = await Assert.ThrowsAsync<SchemaMismatchException>(() => BuildAsync(first, second));
        Assert.Contains("'cast' in the recipe's source", e.Message, StringComparison.Ordinal);
        Assert.Contains("2.csv", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_text_among_integers_and_decimals_is_an_error_that_names_its_file_and_row()
    {
        ValueInvalidException e = await Assert.ThrowsAsync<ValueInvalidException>(() =>
            BuildAsync("1,10,1,1\n", "2,20,2,1.5\n", "3,30,3,7\n4,31,3,abc\n"));
        Assert.Equal(("3.csv", 1, "m"), (Path.GetFileName(e.SourcePath), e.Row, e.Column));
        Assert.Contains("'abc' is not float64", e.Message, StringComparison.Ordinal);
        Assert.Contains("'cast: { m: string }' in the recipe's source", e.Message, StringComparison.Ordinal);
    }

    [Theory] // of each file: whether an element is missing, and an integer beyond 2^53
    [InlineData("int64[2]", "float64", "", "missing")]
    [InlineData("int64[2]", "float64", "missing", "", Traits = ["Run", "Long"])]
    [InlineData("int64[2]", "string", "large", "missing")]
    [InlineData("int64[2]", "string", "missing", "", "large", Traits = ["Run", "Long"])]
    [InlineData("int64[null]", "float64", "", "missing")]
    [InlineData("int64[null]", "string", "missing large", "", Traits = ["Run", "Long"])]
    [InlineData("bool[2]", "string", "", "missing")]
    [InlineData("int64[2]", "int64", "", "large")]
    public async Task Arrays_of_ECSV_have_a_type_that_represents_the_elements_of_all_files(string array, string type, params string[] files)
    {
        Python.Run("""
            import sys, numpy as np
            from astropy.table import Table, MaskedColumn
            for n, kind in enumerate(sys.argv[3:]):
                t = Table({'id': [2 * n + 1, 2 * n + 2], 'ra': [10.0, 11], 'dec': [1.0, 2]})
                rows = [[5, 2**53 + 1 if 'large' in kind else 6], [7, 8]]
                masks = [[False, False], ['missing' in kind, False]]
                if 'bool' in sys.argv[2]:
                    t['v'] = MaskedColumn(np.array(rows) > 5, mask=masks)
                elif 'null' in sys.argv[2]:
                    t['v'] = np.empty(2, object)
                    t['v'][:] = [np.ma.array(rows[0] + [9]), np.ma.array(rows[1], mask=masks[1])]
                else:
                    t['v'] = MaskedColumn(rows, mask=masks)
                t.write(f'{sys.argv[1]}/{n}.ecsv')
            """, [folder.Path, array, .. files]);
        await File.WriteAllTextAsync(folder["r.yaml"], RecipeHead + "source: { kind: table, files: \"*.ecsv\" }\n", Token);
        await BuildRun.RunAsync(RecipeReader.ReadFile(folder["r.yaml"]), SourceBuilders.All, folder["out"], cancellationToken: Token);
        Assert.Equal($"{type} agrees", Python.Run("""
            import glob, json, sys, h5py
            import numpy as np
            from astropy.table import Table
            def plain(v):
                v = v.decode() if isinstance(v, bytes) else v
                if v is np.ma.masked or v is None or v != v:
                    return ''
                return str(v).lower() if isinstance(v, (bool, np.bool_, str)) else str(int(v))
            want, have, types = {}, {}, set()
            for f in glob.glob(sys.argv[1] + '/*.ecsv'):
                t = Table.read(f)
                want.update({int(i): [plain(e) for e in v] for i, v in zip(t['id'], t['v'])})
            for shard in glob.glob(sys.argv[1] + '/out/main/*/*.hdf5'):
                h = h5py.File(shard)
                v = h['v']
                types.add('string' if v.dtype.kind in 'SO' else v.dtype.name)
                lengths = h['v_shape'][:].ravel() if 'v_shape' in h else [v.shape[1] if v.ndim > 1 else -1] * len(v)
                for i, row, n in zip(h['object_id'][:], v[:], lengths):
                    have[int(i)] = [plain(e) for e in (json.loads(row) if n < 0 else row[:n])]
            assert have == want, (have, want)
            print(*types, 'agrees')
            """, folder.Path).Trim());
    }

    private async Task BuildAsync(params string[] files)
    {
        for (int i = 0; i < files.Length; i++)
            await File.WriteAllTextAsync(folder[string.Create(CultureInfo.InvariantCulture, $"{i + 1}.csv")], Header + files[i], Token);
        await File.WriteAllTextAsync(folder["r.yaml"], RecipeHead + "source: { kind: table, files: \"?.csv\", id: id, ra_unit: deg }\n",
            Token);
        await BuildRun.RunAsync(RecipeReader.ReadFile(folder["r.yaml"]), SourceBuilders.All, folder["out"], cancellationToken: Token);
    }

    private const string RecipeHead = "pile: 1\nname: t\nprovenance: { project: p, survey: s, instrument: i, release: r }\n"
        + "licence: CC0-1.0\ncitation: c\n";
}
