using System.Text;
using Pile.Format;

namespace Pile.Builders.Sources.Stac;

/// <summary>Columns whose rows are equal, as those of the chips of a scene.</summary>
internal static class ConstantColumn
{
    /// <summary>Returns a column of one text, or of one vector of texts.</summary>
    internal static TextColumnData Of(ColumnSchema schema, int rowCount, params ReadOnlySpan<string> texts)
    {
        byte[][] utf8 = new byte[texts.Length][];
        for (int i = 0; i < texts.Length; i++)
            utf8[i] = Encoding.UTF8.GetBytes(texts[i]);
        byte[] row = [.. utf8.SelectMany(text => text)];
        byte[] bytes = GC.AllocateUninitializedArray<byte>(checked(row.Length * rowCount));
        int[] starts = new int[(rowCount * utf8.Length) + 1];
        for (int i = 0, start = 0; i < rowCount; i++)
        {
            row.CopyTo(bytes, i * row.Length);
            for (int text = 0; text < utf8.Length; text++)
                starts[(i * utf8.Length) + text + 1] = start += utf8[text].Length;
        }
        return new TextColumnData(schema, bytes, starts);
    }

    /// <summary>Returns a column of texts without values.</summary>
    internal static TextColumnData Missing(ColumnSchema schema, int rowCount) =>
        new(schema, default, new int[rowCount + 1], Enumerable.Repeat(true, rowCount).ToArray());

    /// <summary>Returns a column of one number, or of one vector of numbers.</summary>
    internal static ColumnData<T> Of<T>(ColumnSchema schema, int rowCount, params ReadOnlySpan<T> row) where T : unmanaged
    {
        T[] values = GC.AllocateUninitializedArray<T>(checked(row.Length * rowCount));
        for (int i = 0; i < rowCount; i++)
            row.CopyTo(values.AsSpan(i * row.Length));
        return new ColumnData<T>(schema, values, rowCount);
    }
}
