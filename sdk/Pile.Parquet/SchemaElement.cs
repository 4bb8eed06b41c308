namespace Pile.Parquet;

/// <summary>An element of the schema in a footer.</summary>
/// <param name="Name">The name.</param>
/// <param name="Type">The physical type; -1 for a group.</param>
/// <param name="Repetition">0 if it is required, 1 if optional, 2 if repeated.</param>
/// <param name="Children">The number of the elements after it that are its children.</param>
/// <param name="ConvertedType">The annotation of the physical type; -1 for none.</param>
internal readonly record struct SchemaElement(string Name, int Type, int Repetition, int Children, int ConvertedType)
{
    /// <summary>Reads the next element.</summary>
    /// <exception cref="PlainParquetException">It is corrupt.</exception>
    internal static SchemaElement Read(ref CompactReader thrift)
    {
        int outer = thrift.Enter(), type = -1, repetition = 0, children = 0, converted = -1;
        string name = "";
        while (thrift.TryNext(out int field))
            if (field == 1)
                type = thrift.Int32();
            else if (field == 3)
                repetition = thrift.Int32();
            else if (field == 4)
                name = thrift.Text();
            else if (field == 5)
                children = thrift.Int32();
            else if (field == 6)
                converted = thrift.Int32();
            else
                thrift.Skip();
        thrift.Leave(outer);
        return new SchemaElement(name, type, repetition, children, converted);
    }
}
