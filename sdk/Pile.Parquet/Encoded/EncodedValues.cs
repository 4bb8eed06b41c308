namespace Pile.Parquet;

/// <summary>The levels and the values of a column.</summary>
internal sealed class EncodedValues
{
    /// <summary>What is present of each value: its column, its list, itself.</summary>
    internal List<int> Definitions { get; } = [];

    /// <summary>For each value of a list 0 if it begins a row.</summary>
    internal List<int> Repetitions { get; } = [];

    /// <summary>The texts that are present.</summary>
    internal List<string> Texts { get; } = [];

    /// <summary>The integers that are present.</summary>
    internal List<long> Numbers { get; } = [];

    /// <summary>Returns one value for each row, null where it is missing.</summary>
    internal T?[] Spread<T>(int rowCount, IReadOnlyList<T> present, int maxDefinition)
    {
        T?[] spread = new T?[rowCount];
        for (int row = 0, next = 0; row < rowCount; row++)
            spread[row] = Definitions[row] == maxDefinition ? present[next++] : default;
        return spread;
    }

    /// <summary>Returns the list of each row, null where it is missing.</summary>
    /// <exception cref="PlainParquetException">An element is missing, or there are not as many lists as rows.</exception>
    internal uint[]?[] Lists(int rowCount, string path)
    {
        const int Empty = 1, Present = 3;
        uint[]?[] lists = new uint[]?[rowCount];
        int row = 0;
        for (int i = 0, next = 0; i < Definitions.Count; row++)
        {
            int first = i++;
            while (i < Definitions.Count && Repetitions[i] == 1)
                i++;
            bool isOfValues = Definitions.GetRange(first, i - first).TrueForAll(d => d == Present);
            if (Repetitions[first] != 0 || row == rowCount || !(isOfValues || (i == first + 1 && Definitions[first] <= Empty)))
                throw new PlainParquetException(path, "lists have missing elements, or are not as many as the rows");
            int count = isOfValues ? i - first : 0;
            if (Definitions[first] >= Empty)
                lists[row] = [.. Numbers.GetRange(next, count).Select(n => (uint)n)];
            next += count;
        }
        return row == rowCount ? lists : throw new PlainParquetException(path, $"expected {rowCount} lists, found {row}");
    }
}
