using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DuckDB.NET.Native;
using static DuckDB.NET.Native.NativeMethods;
using NativeScalar = DuckDB.NET.Native.NativeMethods.ScalarFunction;

namespace Pile.DuckDb;

/// <summary>Registers the spherical functions. DuckDB calls them on its own threads, a chunk at a time; exceptions must not leave
/// them.</summary>
internal static unsafe class SkyFunctions
{
    private const int MostParameters = 8;

    internal static void Register(DuckDBNativeConnection connection)
    {
        foreach (SkyFunction<double> function in SkyFormulas.Numbers)
            Register(connection, function, DuckDbType.Double, &EvaluateNumbers);
        Register(connection, SkyFormulas.Pixel, DuckDbType.BigInt, &EvaluatePixels);
        Register(connection, SkyFormulas.Cone, DuckDbType.Boolean, &EvaluateTests);
    }

    private static void Register<TResult>(DuckDBNativeConnection connection, SkyFunction<TResult> function, DuckDbType result,
        delegate* unmanaged[Cdecl]<nint, nint, nint, void> evaluate)
        where TResult : unmanaged =>
        ScalarFunction.Register(connection, function.Name, Enumerable.Repeat(DuckDbType.Double, function.ParameterCount), result, function,
            evaluate);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void EvaluateNumbers(nint info, nint chunk, nint output) => Evaluate<double>(info, chunk, output);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void EvaluatePixels(nint info, nint chunk, nint output) => Evaluate<long>(info, chunk, output);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void EvaluateTests(nint info, nint chunk, nint output) => Evaluate<bool>(info, chunk, output);

    private static void Evaluate<TResult>(nint info, nint borrowed, nint output) where TResult : unmanaged
    {
        try
        {
            SkyFunction<TResult> function = CallbackState.Get<SkyFunction<TResult>>(NativeScalar.DuckDBScalarFunctionGetExtraInfo(info));
            DuckDBDataChunk chunk = new(borrowed);
            int rows = checked((int)DataChunks.DuckDBDataChunkGetSize(chunk));
            double** columns = stackalloc double*[MostParameters];
            ulong** validities = stackalloc ulong*[MostParameters];
            for (int i = 0; i < function.ParameterCount; i++)
            {
                nint vector = DataChunks.DuckDBDataChunkGetVector(chunk, i);
                columns[i] = (double*)Vectors.DuckDBVectorGetData(vector);
                validities[i] = Vectors.DuckDBVectorGetValidity(vector);
            }
            TResult* results = (TResult*)Vectors.DuckDBVectorGetData(output);
            Span<double> arguments = stackalloc double[function.ParameterCount];
            for (int row = 0; row < rows; row++)
            {
                bool isNull = false;
                for (int i = 0; i < arguments.Length; i++)
                {
                    isNull |= validities[i] is not null && (validities[i][row >> 6] >> (row & 63) & 1) == 0;
                    arguments[i] = columns[i][row];
                }
                if (!isNull && function.Formula(arguments) is { } result)
                    results[row] = result;
                else
                    SetNull(output, row);
            }
        }
        catch (Exception e)
        {
            NativeScalar.DuckDBScalarFunctionSetError(info, e.Message);
        }
    }

    private static void SetNull(nint vector, int row)
    {
        Vectors.DuckDBVectorEnsureValidityWritable(vector);
        Vectors.DuckDBVectorGetValidity(vector)[row >> 6] &= ~(1UL << (row & 63));
    }
}
