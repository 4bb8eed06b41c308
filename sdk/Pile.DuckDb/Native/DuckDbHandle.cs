using System.Runtime.InteropServices;

namespace Pile.DuckDb.Native;

/// <summary>Owns one native object. Live handles are counted, so that tests can detect leaks.</summary>
internal abstract class DuckDbHandle : SafeHandle
{
    private static int liveCount;
    private int isCounted = 1;

    protected DuckDbHandle() : base(invalidHandleValue: 0, ownsHandle: true) => Interlocked.Increment(ref liveCount);

    /// <summary>The number of handles that were created and neither released nor closed empty.</summary>
    internal static int LiveCount => Volatile.Read(ref liveCount);

    public override bool IsInvalid => handle is 0;

    protected abstract void Release();

    protected override bool ReleaseHandle()
    {
        Release();
        Uncount();
        return true;
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (IsInvalid) // ReleaseHandle is not called in this case
            Uncount();
    }

    private void Uncount()
    {
        if (Interlocked.Exchange(ref isCounted, 0) == 1)
            Interlocked.Decrement(ref liveCount);
    }
}

internal sealed class ConfigHandle : DuckDbHandle
{
    protected override void Release() => DuckDbNative.DestroyConfig(ref handle);
}

internal sealed class DatabaseHandle : DuckDbHandle
{
    protected override void Release() => DuckDbNative.Close(ref handle);
}

internal sealed class ConnectionHandle : DuckDbHandle
{
    protected override void Release() => DuckDbNative.Disconnect(ref handle);
}

internal sealed class ExtractedHandle : DuckDbHandle
{
    protected override void Release() => DuckDbNative.DestroyExtracted(ref handle);
}

internal sealed class PreparedHandle : DuckDbHandle
{
    protected override void Release() => DuckDbNative.DestroyPrepare(ref handle);
}

internal sealed class PendingHandle : DuckDbHandle
{
    protected override void Release() => DuckDbNative.DestroyPending(ref handle);
}

/// <summary>A result. DuckDB expects a struct allocated by the caller, so the handle is the address of that struct.</summary>
internal sealed unsafe class ResultHandle : DuckDbHandle
{
    public ResultHandle() => SetHandle((nint)NativeMemory.AllocZeroed((nuint)sizeof(NativeResult)));

    /// <summary>The struct, for functions that take it by value.</summary>
    internal NativeResult Value => *(NativeResult*)handle;

    protected override void Release()
    {
        DuckDbNative.DestroyResult((NativeResult*)handle);
        NativeMemory.Free((void*)handle);
    }
}

internal sealed class DataChunkHandle : DuckDbHandle
{
    protected override void Release() => DuckDbNative.DestroyDataChunk(ref handle);
}

internal sealed class LogicalTypeHandle : DuckDbHandle
{
    protected override void Release() => DuckDbNative.DestroyLogicalType(ref handle);
}

internal sealed class AppenderHandle : DuckDbHandle
{
    protected override void Release() => _ = DuckDbNative.AppenderDestroy(ref handle); // DuckDbAppender.Complete has reported errors
}

internal sealed class TableFunctionHandle : DuckDbHandle
{
    protected override void Release() => DuckDbNative.DestroyTableFunction(ref handle);
}

internal sealed class ValueHandle : DuckDbHandle
{
    protected override void Release() => DuckDbNative.DestroyValue(ref handle);
}

internal sealed class ScalarFunctionHandle : DuckDbHandle
{
    protected override void Release() => DuckDbNative.DestroyScalarFunction(ref handle);
}

internal sealed class ArrowStreamHandle : DuckDbHandle
{
    protected override void Release() => DuckDbNative.DestroyArrowStream(ref handle);
}
