using System.Text.Json;

namespace Pile.Format;

/// <summary>Writes arrays as JSON lists that are nested by their shape.</summary>
internal static class JsonNesting
{
    /// <summary>Writes the brackets of a row, and calls a function for the elements of each innermost list.</summary>
    /// <param name="json">The writer.</param>
    /// <param name="shape">The shape of the row; empty for a single value.</param>
    /// <param name="cell">The row, which is passed on, so that nothing is allocated for it.</param>
    /// <param name="writeRun">Writes some elements of it, given the first and their number.</param>
    internal static void WriteNested<TCell>(this Utf8JsonWriter json, ReadOnlySpan<int> shape, TCell cell,
        Action<Utf8JsonWriter, TCell, int, int> writeRun)
    {
        int next = 0;
        Write(json, shape, cell, writeRun, ref next);
    }

    private static void Write<TCell>(Utf8JsonWriter json, ReadOnlySpan<int> shape, TCell cell,
        Action<Utf8JsonWriter, TCell, int, int> writeRun, ref int next)
    {
        if (shape.IsEmpty)
        {
            writeRun(json, cell, next++, 1);
            return;
        }
        json.WriteStartArray();
        if (shape.Length == 1)
        {
            writeRun(json, cell, next, shape[0]);
            next += shape[0];
        }
        else
            for (int i = 0; i < shape[0]; i++)
                Write(json, shape[1..], cell, writeRun, ref next);
        json.WriteEndArray();
    }
}
