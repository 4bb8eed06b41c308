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
    [InlineData("1,10,1,null\n2,20,2,\n", "3,30,3,-7\n4,31,3,8.25\n", "float64")]
    [InlineData("A1,10,1,5.5\nA2,20,2,6\n", "3,30,3,1.5\n4,31,3,2.5\n", "float64")]
    [InlineData("007,10,1,5.5\n08,20,2,6\n", "3,30,3,1.5\n40,31,3,2\n", "float64")]
    [InlineData("1,10,1,9007199254740992\n", "3,30,3,1.5\n", "float64")]
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

    [Theory] // as in one file, where such columns would be text
    [InlineData("1,10,1,9007199254740993\n", "3,30,3,1.5\n")]
    [InlineData("1,10,1,x\n", "3,30,3,1.5\n")]
    [InlineData("1,10,1,true\n", "3,30,3,1\n")]
    public async Task Columns_without_a_common_type_are_an_error_that_names_the_cast(string first, string second)
    {
        SchemaMismatchException e = await Assert.ThrowsAsync<SchemaMismatchException>(() => BuildAsync(first, second));
        Assert.Contains("'cast' in the recipe's source", e.Message, StringComparison.Ordinal);
        Assert.Contains("2.csv", e.Message, StringComparison.Ordinal);
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
