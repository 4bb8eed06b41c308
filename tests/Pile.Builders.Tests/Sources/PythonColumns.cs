using System.Text.Json;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources;

/// <summary>Passes the columns of a batch to a Python script as numpy arrays, for comparison with astropy.</summary>
internal static class PythonColumns
{
    private const string Load = """
        import json, sys, warnings
        import numpy as np
        warnings.simplefilter('ignore')
        def load(folder):
            columns = {}
            for i, c in enumerate(json.load(open(folder + '/columns.json'))):
                if c['text'] is not None:
                    v = np.array(c['text'], dtype=object).reshape(c['shape'])
                else:
                    v = np.frombuffer(open(f'{folder}/{i}.bin', 'rb').read(), dtype=c['dtype']).reshape(c['shape'])
                columns[c['name']] = v
                units[c['name']] = c['unit']
                nulls[c['name']] = c['null']
            return columns
        units, nulls = {}, {}
        columns = load(sys.argv[1])

        """;

    /// <summary>Runs a script that finds <c>columns</c>, <c>units</c> and <c>nulls</c> by name (ragged rows as one row), and its own
    /// arguments from <c>sys.argv[2]</c>.</summary>
    internal static string Run(RowBatch batch, string script, params string[] arguments)
    {
        using TemporaryFolder folder = new();
        List<object> entries = [];
        for (int i = 0; i < batch.Columns.Length; i++)
        {
            ColumnData column = batch.Columns[i];
            ColumnSchema schema = column.Schema;
            TextColumnData? text = column as TextColumnData;
            if (text is null)
                File.WriteAllBytes(folder[$"{i}.bin"], Bytes(column));
            int[] shape = [column.RowCount, .. column.ShapeOf(0)];
            entries.Add(new
            {
                name = schema.Name,
                dtype = schema.DType.Name(),
                shape,
                unit = schema.Unit,
                @null = Enumerable.Range(0, column.RowCount).Select(column.IsNullAt).ToArray(),
                text = text is null ? null : Enumerable.Range(0, column.RowCount)
                    .SelectMany(row => Enumerable.Range(0, text.ElementsOf(row)).Select(e => text.Text(row, e))).ToArray(),
            });
        }
        File.WriteAllText(folder["columns.json"], JsonSerializer.Serialize(entries));
        return Python.Run(Load + script, [folder.Path, .. arguments]);
    }

    private static byte[] Bytes(ColumnData column) => column switch
    {
        ColumnData<bool> c => Raw(c),
        ColumnData<sbyte> c => Raw(c),
        ColumnData<byte> c => Raw(c),
        ColumnData<short> c => Raw(c),
        ColumnData<ushort> c => Raw(c),
        ColumnData<int> c => Raw(c),
        ColumnData<uint> c => Raw(c),
        ColumnData<long> c => Raw(c),
        ColumnData<ulong> c => Raw(c),
        ColumnData<float> c => Raw(c),
        ColumnData<double> c => Raw(c),
        _ => throw new ArgumentException($"no bytes of {column.Schema.DType}", nameof(column)),
    };

    private static byte[] Raw<T>(ColumnData<T> column)
        where T : unmanaged => System.Runtime.InteropServices.MemoryMarshal.AsBytes(column.Values.Span).ToArray();
}
