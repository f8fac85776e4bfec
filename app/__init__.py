"""What a person touches: the Streamlit page and its crop widget."""
